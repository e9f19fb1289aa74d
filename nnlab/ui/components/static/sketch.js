// A chart on which a visitor draws the curve that they expect, and on which the measured ones then appear.
// See nnlab/ui/components/sketch.py for what is sent.

import { axesDrawn, axesOf, node } from "./axes.js"
import { HandCurve } from "./hand_curve.js"
import { Measured } from "./measured.js"
import { bandBetween, cursorDrawn, inviteDrawn, pathOf, tableOf } from "./sketch_paint.js"

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
const NUDGE = 1 / 50 // of the axis, by an arrow key
const FAR = 5 // times as far, with Shift
const PAUSE = 350 // milliseconds without a key until the page is told

export function draw({ parentElement, data, setStateValue, setTriggerValue }, base) {
  const box = parentElement.querySelector(".nnlab-sketch")
  box.sketch ??= new Sketch(box)
  box.sketch.update(data, setStateValue, setTriggerValue, base)
}

class Sketch {
  constructor(box) {
    this.box = box
    this.furnish()
    this.measured = new Measured(this.runs, {
      changed: () => this.paint(),
      isOver: run => this.ask("over", run),
      say: (name, state) => this.sayState(name, state),
    })
    const listen = (name, handle) => this.svg.addEventListener(name, event => handle.call(this, event))
    listen("pointerdown", this.press)
    listen("pointermove", this.move)
    listen("pointerup", this.release)
    listen("pointercancel", this.abandon)
    listen("pointerleave", () => this.pressed || this.point(null))
    listen("keydown", this.type)
    listen("focus", this.paint)
    listen("blur", this.leave)
    new ResizeObserver(() => this.paint()).observe(box)
  }

  furnish() {
    const make = (tag, className = "", parent = this.box) => (
      parent.appendChild(Object.assign(document.createElement(tag), { className }))
    )
    const head = make("div", "head")
    this.own = make("span", "own", head)
    this.runs = make("div", "legend", head)
    this.tools = make("div", "tools", head)
    const button = action => Object.assign(make("button", "", this.tools), { type: "button", onclick: action })
    this.undoButton = button(() => this.undo())
    this.clearButton = button(() => this.clear())
    this.svg = this.box.appendChild(node("svg", {}))
    this.layers = {}
    for (const name of ["axes", "band", "lines", "hand", "cursor"]) {
      this.layers[name] = this.svg.appendChild(node("g", { class: name }))
    }
    this.state = make("p", "state")
    this.values = make("details", "values")
    this.summary = make("summary", "", this.values)
    this.table = make("div", "", this.values)
    this.values.addEventListener("toggle", () => this.fillTable())
    this.speaker = make("div", "speaker")
    this.speaker.setAttribute("aria-live", "polite")
  }

  update(data, send, ask, base) {
    Object.assign(this, { data, send, ask })
    const { words, fixed } = data
    if (data.revision !== this.revision) { // the page says what is drawn; until it does, the hand is ahead of it
      this.hand = new HandCurve(data.values)
      this.pressed = null
      this.revision = data.revision
    }
    this.cursor ??= 0
    this.svg.setAttribute("role", fixed ? "img" : "application")
    this.svg.setAttribute("aria-label", words.label)
    if (fixed) this.svg.removeAttribute("tabindex")
    else this.svg.setAttribute("tabindex", 0)
    this.box.classList.toggle("fixed", fixed)
    this.tools.hidden = fixed
    this.undoButton.textContent = words.undo
    this.clearButton.textContent = words.clear
    this.own.textContent = words.own
    this.summary.textContent = words.values
    this.state.textContent = ""
    this.measured.update(data.lines, data.language, base)
    this.paint()
  }

  // With the pen, the mouse or a finger.

  spotAt({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect(), { x, y } = this.axes
    return { column: x.partAt(clientX - left) * this.hand.last, height: y.partAt(clientY - top) }
  }

  press(event) {
    if (this.data.fixed || this.pressed || event.button !== 0) return
    event.preventDefault() // which would choose text
    this.svg.focus({ preventScroll: true, focusVisible: false })
    this.svg.setPointerCapture(event.pointerId)
    this.hand.begin()
    this.pressed = { id: event.pointerId, spot: this.spotAt(event) }
    this.drawTo(this.pressed.spot)
  }

  move(event) {
    if (this.data.fixed) return
    if (!this.pressed) this.point(event.pointerType === "touch" ? null : this.spotAt(event))
    if (this.pressed?.id !== event.pointerId) return
    const passed = event.getCoalescedEvents?.() ?? []
    for (const point of passed.length ? passed : [event]) this.drawTo(this.spotAt(point))
  }

  drawTo(spot) {
    this.hand.line(this.pressed.spot, spot)
    this.pressed.spot = spot
    this.cursor = Math.round(spot.column)
    this.point(spot)
  }

  release(event) {
    if (this.pressed?.id !== event.pointerId) return
    this.pressed = null
    this.tell()
  }

  abandon(event) {
    if (this.pressed?.id !== event.pointerId) return
    this.pressed = null
    this.hand.undo()
    this.point(null)
  }

  // Where the pen is, which says its numbers; null for nowhere.
  point(spot) {
    this.spot = spot
    this.paint()
  }

  // With the keyboard.

  type(event) {
    if (this.data.fixed || event.altKey) return
    const { key } = event
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() !== "z") return
      this.undo()
    } else if (key === "Home" || key === "End") this.cursor = key === "Home" ? 0 : this.hand.last
    else if (key === "Delete" || key === "Backspace") this.change(() => this.hand.wipe(this.cursor))
    else if (key === " " || key === "Enter") this.moveBy(0)
    else if (key in ARROWS) {
      const [right, up] = ARROWS[key].map(way => way * (event.shiftKey ? FAR : 1))
      if (right) this.cursor = Math.min(this.hand.last, Math.max(0, this.cursor + right))
      else this.moveBy(up * NUDGE)
    } else return
    event.preventDefault()
    this.point(null)
    this.speak()
  }

  moveBy(part) {
    const height = Math.min(1, Math.max(0, this.hand.heightAt(this.cursor) + part))
    this.change(() => this.hand.move(this.cursor, height))
  }

  change(action) {
    this.hand.begin()
    action()
    this.tell(PAUSE)
  }

  speak() {
    const { x, y } = this.axes, value = this.hand.values[this.cursor]
    const said = value === null ? this.data.words.empty : `${y.title} ${y.text(value)}`
    this.speaker.textContent = `${x.title} ${x.text(this.valueOfColumn(this.cursor))}: ${said}`
  }

  leave() {
    this.sendNow()
    this.paint()
  }

  undo() {
    this.hand.undo()
    this.tell()
  }

  clear() {
    this.change(() => this.hand.wipe())
    this.svg.focus({ preventScroll: true })
  }

  // Telling the page: at once after a stroke, after a rest of the keys, and in any case before it hears of anything else.

  tell(wait = 0) {
    this.paint()
    clearTimeout(this.timer)
    this.isUntold = true
    if (wait) this.timer = setTimeout(() => this.sendNow(), wait)
    else this.sendNow()
  }

  sendNow() {
    if (!this.isUntold) return
    this.isUntold = false
    this.send("drawn", { revision: this.revision, values: this.hand.values })
  }

  // What is seen.

  sayState(name, { words }) {
    const parts = `**${name}** · ${words}`.split("**") // every second one is bold
    const bold = text => Object.assign(document.createElement("b"), { textContent: text })
    this.state.replaceChildren(...parts.map((part, index) => (index % 2 ? bold(part) : part)))
  }

  valueOfColumn(column) {
    return this.axes.x.valueOf(column / this.hand.last)
  }

  paint() {
    const { data, box, svg, layers, hand } = this, width = box.clientWidth
    if (!data || !width) return
    const { font, height, fixed, words } = data, { lines } = this.measured
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, "font-size": font, height })) {
      svg.setAttribute(name, value)
    }
    this.axes = axesOf(data.axes, width, height, font)
    hand.axis = this.axes.y
    const drawn = [hand.values.map((_, column) => this.valueOfColumn(column)), hand.values]
    const isDrawn = hand.count > 0
    layers.axes.replaceChildren(...axesDrawn(this.axes, font))
    const bands = isDrawn ? lines.filter(line => line.is_sketched) : []
    layers.band.replaceChildren(...bands.map(({ points }) => bandBetween(this.axes, drawn, points)))
    layers.lines.replaceChildren(...lines.map(({ points, color, dash }) => (
      node("path", { d: pathOf(this.axes, points), stroke: color, "stroke-dasharray": dash }))))
    layers.hand.replaceChildren(node("path", { d: pathOf(this.axes, drawn) }))
    layers.cursor.replaceChildren(...(fixed ? [] : [
      ...(isDrawn ? [] : inviteDrawn(this.axes, words.invite, font)), ...cursorDrawn(this.axes, this.cursorSpot(), font),
    ]))
    this.own.hidden = fixed && !isDrawn
    this.undoButton.disabled = !hand.before.length
    this.clearButton.disabled = !isDrawn
    svg.dataset.columns = hand.count
    svg.dataset.points = lines.map(({ points }) => points[0].length).join(" ")
    this.values.hidden = !lines.length
    this.fillTable()
  }

  // Where the pen or the keyboard is; null for nowhere.
  cursorSpot() {
    const isTyped = !this.spot && this.svg.matches(":focus-visible")
    if (!isTyped && !this.spot) return null
    const column = isTyped ? this.cursor : Math.round(this.spot.column)
    const height = isTyped ? this.hand.heightAt(column) : this.spot.height
    return { value: this.valueOfColumn(column), height, isEmpty: isTyped && this.hand.values[column] === null }
  }

  fillTable() {
    if (!this.values.open || !this.axes) return
    this.table.replaceChildren(tableOf(this.axes, this.hand.values, this.measured.lines, this.data.words))
  }
}
