// A pen that the keyboard moves over a paper: arrow keys by steps, 1 to 9 straight to nine points, space down and up.
// Whoever has no pointer draws the digit 7 as 1, space, 3, 8.

export const KEYS = "keys" // in the place of a pointer's type
const STEPS = 28 // across the paper, and down it
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
const POINT_ROWS = [5, 14, 23], POINT_COLUMNS = [8, 14, 20] // of the points 1 to 9, laid out as on a telephone
const STYLE = `
.nnlab-pen { position: absolute; width: 22px; height: 22px; margin: -11px; border-radius: 50%; pointer-events: none;
  box-sizing: border-box; border: 3px solid #0072B2; z-index: 12; }
.nnlab-pen.down { background: #0072B2; }
.nnlab-pen-hint { position: absolute; left: 0; right: 0; bottom: 0; padding: 0.4rem 0.6rem; pointer-events: none;
  font: 0.85rem/1.4 sans-serif; word-break: keep-all; color: #111; background: #fffe; z-index: 11; }
.nnlab-pen-spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.nnlab-pen[hidden], .nnlab-pen-hint[hidden] { display: none; }
.nnlab-paper:focus-visible { outline: 3px solid #0072B2 !important; outline-offset: -3px; }
@media (forced-colors: active) { .nnlab-pen.down { forced-color-adjust: none; background: Highlight; } }
`

let isLast = false // whether the keyboard drew last, on any paper
for (const type of ["pointerdown", "keydown"]) {
  window.addEventListener(type, event => { if (type === "pointerdown" || event.key === "Tab") isLast = false }, true)
}

// Whether a press of a key is one of the pen's, if it is a paper that has the focus.
export function isOfPen({ type, key, ctrlKey, metaKey, altKey }) {
  return type === "keydown" && !(ctrlKey || metaKey || altKey) && (key in ARROWS || /^[1-9 ]$|^Enter$/.test(key))
}

export class KeyboardPen {
  // surface: a canvas that is alone in its parent's place, from whose corner what is shown here is measured.
  // hand: what draws, told points as fractions of the surface: {begin([x, y]), move([x, y]), end()}.
  constructor(surface, hand) {
    Object.assign(this, { surface, hand, place: [POINT_ROWS[0], POINT_COLUMNS[0]], isDown: false, hasDrawn: false })
    const home = surface.parentElement
    if (getComputedStyle(home).position === "static") home.style.position = "relative"
    home.append(make("style", { textContent: STYLE }))
    this.tip = home.appendChild(make("div", { className: "nnlab-pen", hidden: true }))
    this.hint = home.appendChild(make("div", { className: "nnlab-pen-hint", hidden: true, id: "nnlab-pen-hint" }))
    this.spoken = home.appendChild(make("div", { className: "nnlab-pen-spoken" }))
    this.spoken.setAttribute("aria-live", "polite")
    surface.classList.add("nnlab-paper")
    surface.tabIndex = 0
    surface.setAttribute("role", "application") // so that a screen reader hands the arrow keys on
    surface.setAttribute("aria-describedby", "nnlab-pen-hint")
    surface.addEventListener("keydown", event => this.type(event))
    surface.addEventListener("focus", () => this.show())
    surface.addEventListener("blur", () => this.leave())
    surface.addEventListener("pointerdown", () => this.leave(), { capture: true })
    if (isLast) surface.focus({ preventScroll: true }) // the paper before this one is gone, and who drew on it draws on
  }

  // words: {hint, up, down}, of which the latter two have blanks for the row and the column.
  tell(label, words) {
    this.words = words
    this.surface.setAttribute("aria-label", label)
    this.hint.textContent = words.hint
  }

  type(event) {
    if (!isOfPen(event)) return
    const step = ARROWS[event.key]
    if (step) this.move(this.place.map((at, axis) => Math.min(STEPS - 1, Math.max(0, at + step[axis]))))
    else if (event.key >= "1" && event.key <= "9") this.move(pointOf(event.key - 1))
    else if (!event.repeat) this.turn()
    isLast = true
    event.preventDefault()
    event.stopPropagation() // the page has buttons of its own for some of these keys
    this.show()
    this.speak()
  }

  // In steps all the way, as a hand would: the canvas smooths what lies between two points.
  move(to) {
    const from = this.place, count = Math.max(...to.map((at, axis) => Math.abs(at - from[axis])))
    this.place = to
    for (let step = 1; this.isDown && step <= count; step++) {
      this.hand.move(fractions(from.map((at, axis) => at + ((to[axis] - at) * step) / count)))
    }
  }

  turn() {
    this.isDown = !this.isDown
    this.hasDrawn = true
    if (this.isDown) this.hand.begin(fractions(this.place))
    else this.hand.end()
  }

  leave() {
    if (this.isDown) this.turn()
    this.tip.hidden = this.hint.hidden = true
  }

  show() {
    const isSeen = this.surface.matches(":focus-visible"), { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.surface
    const [x, y] = fractions(this.place)
    this.tip.hidden = !isSeen
    this.hint.hidden = !isSeen || this.hasDrawn
    this.tip.classList.toggle("down", this.isDown)
    this.tip.style.left = `${offsetLeft + x * offsetWidth}px`
    this.tip.style.top = `${offsetTop + y * offsetHeight}px`
  }

  speak() {
    const [row, column] = this.place, words = this.isDown ? this.words.down : this.words.up
    this.spoken.textContent = words.replace("{row}", row + 1).replace("{column}", column + 1)
  }
}

// The pen as the one pointer of a canvas's hand, see canvas.js.
export class KeyboardHand {
  constructor(surface, hand) {
    Object.assign(this, { surface, hand })
  }

  eventAt([x, y]) {
    const { left, top, width, height } = this.surface.getBoundingClientRect()
    return { pointerType: KEYS, pointerId: KEYS, clientX: left + x * width, clientY: top + y * height, shiftKey: false }
  }

  begin(point) {
    if (!this.hand.drawing) this.hand.begin([this.eventAt(point)])
  }

  move(point) {
    if (this.isDrawing()) this.hand.draw(this.eventAt(point))
  }

  end() {
    if (this.isDrawing()) this.hand.end()
  }

  isDrawing() {
    return this.hand.drawing?.pointerType === KEYS
  }
}

const pointOf = number => [POINT_ROWS[Math.floor(number / 3)], POINT_COLUMNS[number % 3]]

const fractions = ([row, column]) => [(column + 0.5) / STEPS, (row + 0.5) / STEPS]

const make = (tag, properties) => Object.assign(document.createElement(tag), properties)
