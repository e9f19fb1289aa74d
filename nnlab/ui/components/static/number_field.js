// A field for a number, with buttons to count down and up. What was typed is read by the server: nnlab/ui/components/number_field.py.

import { Help } from "./help.js"

const STYLE = `
.nnlab-number { position: relative; font-size: 0.875rem; line-height: 1.5; color: var(--st-text-color); }
.nnlab-number .label { display: flex; gap: 0.35rem; align-items: center; min-height: 1.5rem; margin-bottom: 0.25rem; }
.nnlab-number .label.unseen { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.nnlab-number .nnlab-help { margin-left: auto; }
.nnlab-number .box { display: flex; align-items: stretch; height: 2.5rem; box-sizing: border-box; overflow: hidden;
  border: 1px solid var(--st-widget-border-color, transparent); border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); }
.nnlab-number .box:focus-within { border-color: var(--st-primary-color); }
.nnlab-number .box:has([aria-invalid="true"]) { border-color: var(--st-red-text-color); }
.nnlab-number input { flex: 1; min-width: 0; padding: 0.5rem 0 0.5rem 0.75rem; border: 0; outline: 0;
  font: inherit; color: inherit; background: none; }
.nnlab-number .box button { width: 2rem; border: 0; padding: 0; font: inherit; font-size: 1rem; color: inherit;
  background: none; cursor: pointer; touch-action: manipulation; }
.nnlab-number .box button:hover:enabled { color: #fff; background: var(--st-primary-color); }
.nnlab-number .box button:disabled { opacity: 0.4; cursor: not-allowed; }
.nnlab-number .box:has(input:disabled) { opacity: 0.6; }
.nnlab-number .told { margin: 0.25rem 0 0; font-size: inherit; line-height: 1.35; color: var(--st-red-text-color);
  word-break: keep-all; overflow-wrap: anywhere; }
.nnlab-number .told:empty { display: none; }
@media (pointer: coarse) { .nnlab-number input { font-size: 1rem; } } /* below 16 pixels a phone zooms in */
`
const PLAIN = /^\d+(\.\d+)?$/ // what the buttons can count from; anything else the server reads first
let count = 0 // of fields, to name their parts

export function show({ parentElement, data, setStateValue }) {
  if (!document.getElementById("nnlab-number-style")) {
    document.head.append(make("style", { id: "nnlab-number-style", textContent: STYLE }))
  }
  const place = parentElement.querySelector(".nnlab-number")
  place.field ??= new NumberField(place)
  place.field.update(data, typed => setStateValue("typed", typed))
}

class NumberField {
  constructor(place) {
    const id = `nnlab-number-${++count}`
    this.input = make("input", { id, type: "text", autocomplete: "off", spellcheck: false, enterKeyHint: "done" })
    this.input.setAttribute("role", "spinbutton")
    this.name = make("label", { htmlFor: id })
    this.help = new Help(place)
    this.label = make("div", { className: "label" }, this.name, this.help.button)
    this.buttons = ["−", "+"].map(sign => make("button", { type: "button", textContent: sign, tabIndex: -1 }))
    this.told = make("p", { id: `${id}-told`, className: "told" })
    this.told.setAttribute("role", "alert")
    place.append(this.label, make("div", { className: "box" }, this.input, ...this.buttons), this.told)
    this.listen()
  }

  listen() {
    this.input.addEventListener("input", () => this.edit())
    this.input.addEventListener("blur", () => this.isEdited && this.say())
    this.input.addEventListener("keydown", event => {
      if (event.isComposing) return // Enter ends the word of an input method
      if (event.key === "Enter" && (this.isEdited || this.told.textContent)) this.say()
      if (event.key === "Escape" && (this.isEdited || this.told.textContent)) this.write(this.data.text)
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key]
      if (!direction) return
      event.preventDefault()
      this.step(direction)
    })
    this.buttons.forEach((button, index) => {
      button.addEventListener("mousedown", event => event.preventDefault()) // what is typed stays where it is
      button.addEventListener("click", () => this.step(2 * index - 1))
    })
  }

  update(data, send) {
    Object.assign(this, { data, send })
    this.name.textContent = data.label
    this.label.classList.toggle("unseen", data.hidden)
    this.help.say(data.help)
    this.input.disabled = data.disabled
    this.input.inputMode = data.whole ? "numeric" : "decimal"
    this.input.setAttribute("aria-valuemin", data.low)
    this.input.setAttribute("aria-valuemax", data.high)
    for (const [index, button] of this.buttons.entries()) {
      button.setAttribute("aria-label", `${data.words[index]}: ${data.label}`)
    }
    const isAnswer = this.sent === undefined || data.seen === this.sent // not an answer to something before
    if (isAnswer && !this.isEdited) this.write(data.typed ?? data.text, data.told, data.typed !== null)
  }

  // Show a text that needs not be sent, and what the server has to say about it.
  write(text, told = "", isWrong = false) {
    if (this.input.value !== text) this.input.value = text
    if (this.told.textContent !== told) this.told.textContent = told
    this.input.setAttribute("aria-invalid", isWrong)
    if (told) this.input.setAttribute("aria-describedby", this.told.id)
    else this.input.removeAttribute("aria-describedby")
    this.mark(false)
  }

  edit() {
    this.write(this.input.value)
    this.mark(true)
  }

  mark(isEdited) {
    this.isEdited = isEdited
    const text = this.input.value, number = Number(text)
    this.input.setAttribute("aria-valuenow", PLAIN.test(text) ? number : Number(this.data.text))
    this.input.setAttribute("aria-valuetext", text)
    this.buttons[0].disabled = this.data.disabled || (PLAIN.test(text) && number <= this.data.low)
    this.buttons[1].disabled = this.data.disabled || (PLAIN.test(text) && number >= this.data.high)
  }

  step(direction) {
    const text = this.input.value, { low, high, step } = this.data
    if (!PLAIN.test(text)) return this.say()
    const digits = Math.max(decimals(text), decimals(step))
    const number = Number((Number(text) + direction * step).toFixed(digits))
    this.write(String(Math.min(high, Math.max(low, number))))
    this.say()
  }

  say() {
    this.mark(false)
    this.sent = performance.timeOrigin + performance.now()
    this.send({ text: this.input.value.slice(0, 100), number: this.sent })
  }
}

function decimals(number) {
  const [mantissa, exponent] = String(number).split("e-")
  return (mantissa.split(".")[1] ?? "").length + Number(exponent ?? 0)
}

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties)
  element.append(...children)
  return element
}
