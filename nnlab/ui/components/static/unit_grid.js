// The units of a layer as squares, one of which is chosen. See nnlab/ui/components/unit_grid.py for what is sent.

import { fixed } from "./axes.js"
import { savePicture } from "./saving.js"
import { written } from "./values_tables.js"
import { whileThere } from "./while_there.js"

const LARGEST = 26, FILLED = 0.86 // pixels from one square to the next, and how much of that is the square
const EDGE = 6 // pixels around the squares, and around the scale
const BAR = 12, LABELS = 52 // pixels: the width of the colour scale, and of what is written beside it
const BELOW = 26 // pixels, for the button
const CHOSEN = "#CC79A7" // of the Okabe-Ito palette: neither the blue nor the orange of the squares
const GRID = "rgba(128, 128, 128, 0.5)"
const THEME = 500 // milliseconds; Streamlit changes its theme by changing colours on ancestors

export function draw({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".nnlab-units")
  box.grid ??= new UnitGrid(box)
  box.grid.update(data, unit => setTriggerValue("chosen", unit))
}

class UnitGrid {
  constructor(box) {
    this.box = box
    box.tables = () => [this.table()] // for values.js
    const add = (tag, className, properties = {}) =>
      box.appendChild(Object.assign(document.createElement(tag), { className, ...properties }))
    this.canvas = add("canvas", "", { tabIndex: 0 })
    this.save = add("button", "save", { type: "button", onclick: () => this.savePicture() })
    this.card = add("div", "card", { hidden: true })
    this.speaker = add("div", "speaker")
    this.canvas.setAttribute("role", "application")
    this.card.setAttribute("aria-hidden", "true")
    this.speaker.setAttribute("aria-live", "polite")
    this.pointed = null // the number of the unit that the pointer or the arrow keys are at
    const listen = (name, handle) => this.canvas.addEventListener(name, event => handle.call(this, event))
    listen("pointermove", event => this.point(this.unitAt(event)))
    listen("pointerleave", () => this.point(null))
    listen("blur", () => this.point(null))
    listen("click", event => this.choose(this.unitAt(event)))
    listen("keydown", this.type)
    new ResizeObserver(() => this.paint()).observe(box)
    whileThere(box, THEME, () => this.data && this.color() !== this.shade && this.paint())
  }

  update(data, send) {
    Object.assign(this, { data, send, chosen: data.chosen })
    this.canvas.setAttribute("aria-label", data.words.label)
    this.canvas.style.height = `${data.height}px`
    this.save.textContent = data.words.save
    this.canvas.dataset.now = this.words(data.chosen).join(", ") // for asking.js
    const { pointed } = this
    this.point(null) // its numbers are others now
    if (pointed < data.outputs.length) this.point(pointed)
    this.paint()
  }

  color() {
    return getComputedStyle(this.box).color
  }

  get columns() {
    return this.data.columns
  }

  // How far it is from one square to the next, in pixels.
  pitch() {
    const { outputs, columns } = this.data, rows = Math.ceil(outputs.length / columns)
    const { clientWidth, clientHeight } = this.canvas
    return Math.min(LARGEST, (clientWidth - 4 * EDGE - BAR - LABELS) / columns, (clientHeight - EDGE - BELOW) / rows)
  }

  corner(unit) {
    const pitch = this.pitch()
    return [EDGE + pitch * (unit % this.columns), EDGE + pitch * Math.floor(unit / this.columns)]
  }

  unitAt({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect(), pitch = this.pitch()
    const column = Math.floor((clientX - left - EDGE) / pitch), row = Math.floor((clientY - top - EDGE) / pitch)
    const unit = row * this.columns + column
    const isThere = column >= 0 && column < this.columns && row >= 0 && unit < this.data.outputs.length
    return isThere ? unit : null
  }

  choose(unit) {
    if (unit === null || unit === this.chosen) return
    this.chosen = unit
    this.paint()
    this.send(unit)
  }

  type(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return // the browser's, as Alt and an arrow, which go back
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key]
    if (event.key === "Escape") return this.point(null)
    if (step) {
      const next = (this.pointed ?? this.chosen) + step
      if (next >= 0 && next < this.data.outputs.length) this.point(next)
      this.speaker.textContent = this.pointed === null ? "" : this.words(this.pointed).join(", ")
    } else if (event.key === "Enter" || event.key === " ") this.choose(this.pointed)
    else return
    event.preventDefault()
  }

  words(unit) {
    const { totals, outputs } = this.data
    const name = this.data.words.unit.replace("{unit}", this.nameOf(unit))
    return [name, `z = ${fixed(totals[unit], 3)}`, `a = ${fixed(outputs[unit], 3)}`]
  }

  // An output is called by its class, a neuron by its place, from 1 on.
  nameOf(unit) {
    return this.data.names[unit] ?? (unit + 1).toLocaleString("en")
  }

  table() {
    const { words, totals, outputs } = this.data
    const rows = outputs.map((output, unit) => [this.nameOf(unit), written(totals[unit]), written(output)])
    return { caption: words.layer, head: [words.neuron, "z", words.scale], rows }
  }

  // Say what a unit is, beside it; null for none.
  point(unit) {
    if (unit === this.pointed) return
    this.pointed = unit
    this.paint()
    this.card.hidden = unit === null
    if (unit === null) return
    this.card.textContent = this.words(unit).join("\n")
    const [x, y] = this.corner(unit), pitch = this.pitch()
    const isRight = x > this.canvas.clientWidth / 2
    this.card.style.left = isRight ? "auto" : `${x + pitch + EDGE}px`
    this.card.style.right = isRight ? `${this.canvas.clientWidth - x + EDGE}px` : "auto"
    this.card.style.top = `${y}px`
  }

  // The colour of a number from minus to plus the scale's end, mixed as Plotly mixes it.
  colorOf(value) {
    const [below, zero, above] = this.data.colors.map(parts)
    const share = Math.min(1, Math.abs(value) / this.data.span), end = value < 0 ? below : above
    return `rgb(${zero.map((from, part) => Math.round(from + share * (end[part] - from))).join(", ")})`
  }

  paint() {
    if (!this.data || !this.canvas.clientWidth) return
    const ratio = devicePixelRatio || 1
    this.canvas.width = this.canvas.clientWidth * ratio
    this.canvas.height = this.canvas.clientHeight * ratio
    this.paintOn(this.canvas.getContext("2d"), ratio)
  }

  paintOn(brush, ratio) {
    const pitch = this.pitch(), side = pitch * FILLED
    const frame = (unit, color, width) => {
      const [x, y] = this.corner(unit)
      Object.assign(brush, { strokeStyle: color, lineWidth: width })
      brush.strokeRect(x, y, side, side)
    }
    this.shade = this.color()
    brush.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.data.outputs.forEach((output, unit) => {
      brush.fillStyle = this.colorOf(output)
      brush.fillRect(...this.corner(unit), side, side)
      frame(unit, GRID, 0.5)
    })
    if (this.pointed !== null) frame(this.pointed, this.shade, 1.5)
    frame(this.chosen, CHOSEN, 3)
    this.paintScale(brush)
  }

  paintScale(brush) {
    const { colors, ends, words } = this.data, style = getComputedStyle(this.box), letter = parseFloat(style.fontSize) * 0.8
    const left = this.canvas.clientWidth - EDGE - BAR - LABELS
    const top = EDGE + 2.1 * letter, bottom = this.canvas.clientHeight - BELOW - letter / 2
    const fill = brush.createLinearGradient(0, bottom, 0, top)
    for (const [place, color] of colors.entries()) fill.addColorStop(place / (colors.length - 1), color)
    brush.fillStyle = fill
    brush.fillRect(left, top, BAR, bottom - top)
    Object.assign(brush, { fillStyle: this.shade, font: `${letter}px ${style.fontFamily}`, textBaseline: "middle" })
    brush.fillText(words.scale, left, EDGE + letter / 2)
    const marks = [[ends[1], top], ["0", (top + bottom) / 2], [ends[0], bottom]]
    for (const [text, y] of marks) brush.fillText(text, left + BAR + 4, y)
  }

  savePicture() {
    const { clientWidth, clientHeight } = this.canvas
    const paper = getComputedStyle(this.card).backgroundColor
    savePicture(this.data.words.file, clientWidth, clientHeight, paper, (brush, scale) => this.paintOn(brush, scale))
  }
}

const parts = color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16))
