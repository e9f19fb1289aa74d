// A digit whose pixels are changed by mouse, pen, finger or keyboard. See nnlab/ui/components/pixel_grid.py for what is sent.

const CELL = 24 // pixels of the canvas for one of the digit's; the page shows it at the width there is
const STEADY = { touch: 2, pen: 1, mouse: 1 } // cells that a hand may slip before a press becomes a line
const CHANGED = "#E69F00", HINT = "#56B4E9", CURSOR = "#CC79A7" // of the Okabe-Ito palette
const LOUPE_CELLS = 9, LOUPE_ZOOM = 1.6
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

export function draw({ parentElement, data, setStateValue }) {
  const box = parentElement.querySelector(".nnlab-grid")
  box.grid ??= new Grid(box)
  box.grid.update(data, setStateValue)
}

class Grid {
  constructor(box) {
    this.box = box
    this.canvas = box.appendChild(document.createElement("canvas"))
    this.loupe = box.appendChild(Object.assign(document.createElement("canvas"), { className: "loupe" }))
    this.speaker = box.appendChild(Object.assign(document.createElement("div"), { className: "speaker" }))
    this.loupe.width = this.loupe.height = LOUPE_CELLS * CELL
    this.loupe.hidden = true
    this.loupe.setAttribute("aria-hidden", "true")
    this.speaker.setAttribute("aria-live", "polite")
    this.canvas.setAttribute("role", "application")
    const listen = (name, handle) => this.canvas.addEventListener(name, event => handle.call(this, event))
    listen("pointerdown", this.press)
    listen("pointermove", this.move)
    listen("pointerup", this.release)
    listen("pointercancel", this.abandon)
    listen("keydown", this.type)
    listen("focus", this.paint)
    listen("blur", this.paint)
  }

  update(data, send) {
    this.send = send
    if (data.revision !== this.revision) { // the page changed pixels itself; until it does, the hand is ahead of it
      this.flipped = new Set(data.flipped)
      this.pressed = null
      this.loupe.hidden = true
    }
    Object.assign(this, { pixels: data.pixels, side: data.side, revision: data.revision, hint: data.hint })
    Object.assign(this, { words: data.words, isFixed: data.fixed })
    this.cursor ??= [data.side >> 1, data.side >> 1] // row, column
    this.box.style.maxWidth = `${data.size}px`
    if (this.canvas.width !== data.side * CELL) this.canvas.width = this.canvas.height = data.side * CELL
    this.canvas.setAttribute("aria-label", data.words.label)
    this.canvas.setAttribute("aria-disabled", data.fixed)
    this.canvas.tabIndex = 0
    this.canvas.dataset.flipped = this.flipped.size
    this.canvas.dataset.hint = data.hint ?? ""
    this.paint()
  }

  // 0 to 255, what a pixel is now; a changed one is at the far end of its range.
  value(pixel) {
    const original = this.pixels[pixel]
    return this.flipped.has(pixel) && !this.isFixed ? (original < 127.5 ? 255 : 0) : original
  }

  cellAt({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect()
    const within = fraction => Math.min(this.side - 1, Math.max(0, Math.floor(fraction * this.side)))
    return [within((clientY - top) / height), within((clientX - left) / width)]
  }

  number([row, column]) {
    return row * this.side + column
  }

  press(event) {
    if (this.isFixed || this.pressed || event.button !== 0) return
    this.canvas.setPointerCapture(event.pointerId)
    const start = this.cellAt(event)
    this.pressed = {
      id: event.pointerId, start, at: start, line: [start], isLine: false, before: new Set(this.flipped),
      steady: STEADY[event.pointerType] ?? 1, isTouch: event.pointerType === "touch",
    }
    this.cursor = start
    this.show()
  }

  move(event) {
    const press = this.pressed
    if (!press || press.id !== event.pointerId) return
    for (const point of event.getCoalescedEvents?.() ?? [event]) {
      const cell = this.cellAt(point)
      press.line.push(...between(press.at, cell))
      press.at = cell
      press.isLine ||= Math.max(...cell.map((place, axis) => Math.abs(place - press.start[axis]))) > press.steady
    }
    this.cursor = press.at
    this.show()
  }

  // What the press would do if it ended now: a line through cells, or one cell (a finger's where it is, not where it came down).
  show() {
    const { before, line, isLine, isTouch, at, start } = this.pressed
    const cells = (isLine ? line : [isTouch ? at : start]).map(cell => this.number(cell))
    const isBack = before.has(cells[0])
    this.flipped = new Set(before)
    for (const cell of cells) isBack ? this.flipped.delete(cell) : this.flipped.add(cell)
    this.paint()
    if (isTouch) this.magnify(at)
  }

  release(event) {
    if (this.pressed?.id !== event.pointerId) return
    this.pressed = null
    this.loupe.hidden = true
    this.commit()
  }

  abandon(event) {
    if (this.pressed?.id !== event.pointerId) return
    this.flipped = this.pressed.before
    this.pressed = null
    this.loupe.hidden = true
    this.paint()
  }

  type(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return // the browser's, as Alt and an arrow, which go back
    const step = ARROWS[event.key]
    if (step) this.cursor = this.cursor.map((place, axis) => Math.min(this.side - 1, Math.max(0, place + step[axis])))
    else if (event.key !== " " && event.key !== "Enter") return
    else if (!this.isFixed) {
      const pixel = this.number(this.cursor)
      if (!this.flipped.delete(pixel)) this.flipped.add(pixel)
      this.commit()
    }
    event.preventDefault()
    this.paint()
    this.speak()
  }

  commit() {
    this.canvas.dataset.flipped = this.flipped.size
    this.paint()
    this.send("flipped", { revision: this.revision, pixels: [...this.flipped].sort((a, b) => a - b) })
  }

  speak() {
    const [row, column] = this.cursor, pixel = this.number(this.cursor)
    const words = [this.value(pixel) < 127.5 ? this.words.paper : this.words.ink]
    if (this.flipped.has(pixel)) words.push(this.words.changed)
    if (pixel === this.hint) words.push(this.words.hint)
    this.speaker.textContent = `${this.words.row} ${row + 1}, ${this.words.column} ${column + 1}: ${words.join(", ")}`
  }

  paint() {
    if (!this.pixels) return
    const brush = this.canvas.getContext("2d")
    for (let pixel = 0; pixel < this.side ** 2; pixel++) {
      const shade = this.value(pixel), [x, y] = this.corner(pixel)
      brush.fillStyle = `rgb(${shade}, ${shade}, ${shade})`
      brush.fillRect(x, y, CELL, CELL)
    }
    brush.fillStyle = "rgba(128, 128, 128, 0.3)" // where one pixel ends and the next begins
    for (let line = 1; line < this.side; line++) {
      brush.fillRect(line * CELL - 0.5, 0, 1, this.side * CELL)
      brush.fillRect(0, line * CELL - 0.5, this.side * CELL, 1)
    }
    for (const pixel of this.flipped) this.frame(brush, pixel, CHANGED, 4, 0)
    if (this.hint !== null) this.frame(brush, this.hint, HINT, 7, -5)
    if (this.pressed || this.canvas.matches(":focus-visible")) this.frame(brush, this.number(this.cursor), CURSOR, 4, -2)
  }

  corner(pixel) {
    return [(pixel % this.side) * CELL, Math.floor(pixel / this.side) * CELL]
  }

  frame(brush, pixel, color, width, inset) {
    const [x, y] = this.corner(pixel), gap = inset + width / 2
    brush.strokeStyle = color
    brush.lineWidth = width
    brush.strokeRect(x + gap, y + gap, CELL - 2 * gap, CELL - 2 * gap)
  }

  // A finger hides what it points at: show its surroundings in the corner that is farthest from it.
  magnify([row, column]) {
    const half = (LOUPE_CELLS - 1) / 2, side = LOUPE_CELLS * CELL, brush = this.loupe.getContext("2d")
    brush.fillStyle = "#404040"
    brush.fillRect(0, 0, side, side)
    brush.drawImage(this.canvas, (half - column) * CELL, (half - row) * CELL)
    this.loupe.style.width = `${(100 * LOUPE_ZOOM * LOUPE_CELLS) / this.side}%`
    this.loupe.style[row < this.side / 2 ? "bottom" : "top"] = "0"
    this.loupe.style[row < this.side / 2 ? "top" : "bottom"] = "auto"
    this.loupe.style[column < this.side / 2 ? "right" : "left"] = "0"
    this.loupe.style[column < this.side / 2 ? "left" : "right"] = "auto"
    this.loupe.hidden = false
  }
}

// The cells on the way from one to another, without the first.
function between([row, column], [lastRow, lastColumn]) {
  const steps = Math.max(Math.abs(lastRow - row), Math.abs(lastColumn - column))
  return Array.from({ length: steps }, (_, index) => {
    const part = (index + 1) / steps
    return [Math.round(row + part * (lastRow - row)), Math.round(column + part * (lastColumn - column))]
  })
}
