// A question mark that explains what stands beside it, to the mouse, a finger and the keyboard alike.

const STYLE = `
.nnlab-help { width: 24px; height: 24px; padding: 0; border: none; border-radius: 50%; margin: 0 -4px;
  font: 600 0.7rem/1 sans-serif; color: inherit; background: none; opacity: 0.7; cursor: help; }
.nnlab-help span { display: block; box-sizing: border-box; width: 1rem; height: 1rem; margin: auto; border: 1.5px solid;
  border-radius: 50%; line-height: calc(1rem - 3px); }
.nnlab-help:is(:hover, :focus-visible) { opacity: 1; }
.nnlab-bubble { position: fixed; z-index: 9; width: max-content; max-width: 16rem; word-break: keep-all;
  padding: 0.5rem 0.75rem; border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  font-size: 0.875rem; line-height: 1.5;
  color: var(--st-text-color); background: var(--st-background-color); box-shadow: 0 2px 8px #0003; }
.nnlab-bubble[hidden], .nnlab-help[hidden] { display: none; }
@media print { .nnlab-help { display: none; } }
`

export class Help {
  // The button is the caller's to place; the bubble is put into its home.
  constructor(home) {
    if (!document.getElementById("nnlab-help-style")) {
      document.head.append(make("style", { id: "nnlab-help-style", textContent: STYLE }))
    }
    this.button = make("button", { type: "button", className: "nnlab-help" })
    this.button.append(make("span", { textContent: "?" })) // a round one within a target that a finger meets
    this.bubble = home.appendChild(make("div", { className: "nnlab-bubble", hidden: true }))
    this.bubble.setAttribute("role", "tooltip")
    const hide = () => this.hide()
    this.follow = () => (this.button.isConnected ? this.place() : hide())
    for (const name of ["pointerenter", "focus", "click"]) this.button.addEventListener(name, () => this.show())
    for (const name of ["pointerleave", "blur"]) this.button.addEventListener(name, hide)
    this.button.addEventListener("keydown", event => event.key === "Escape" && hide())
  }

  // What it explains; without words there is no question mark.
  say(words) {
    if (this.words === words) return
    this.words = words
    this.button.hidden = !words
    this.bubble.textContent = words ?? ""
    this.button.setAttribute("aria-label", words ?? "")
  }

  // Where the page is scrolled, it goes along.
  show() {
    this.bubble.hidden = false
    this.place()
    window.addEventListener("scroll", this.follow, true)
  }

  hide() {
    this.bubble.hidden = true
    window.removeEventListener("scroll", this.follow, true)
  }

  // Above the question mark and within the window.
  place() {
    const mark = this.button.getBoundingClientRect(), { width, height } = this.bubble.getBoundingClientRect()
    const left = Math.min(innerWidth - width - 8, Math.max(8, mark.left + (mark.width - width) / 2))
    const top = mark.top > height + 8 ? mark.top - height - 6 : mark.bottom + 6
    Object.assign(this.bubble.style, { left: `${left}px`, top: `${top}px` })
  }
}

const make = (tag, properties) => Object.assign(document.createElement(tag), properties)
