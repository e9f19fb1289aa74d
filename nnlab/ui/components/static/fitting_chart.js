// The picture of a network that follows points with a curve: the curve, the parts it is the sum of, where each of them bends,
// and the squares of the errors.

import { axesDrawn, axesOf, node, rounded } from "./axes.js"

const FONT = 13 // pixels
const SHAPE = { share: 0.6, low: 260, high: 400 } // the height: of the width, and its bounds in pixels
const SAMPLES = 161 // of the curve
const RADIUS = { point: 4, bend: 11 } // pixels
const ROWS = 2 // of bends, so that neighbours can be taken hold of
const CLIP = "nnlab-fitting-frame", CLIPPED = ["squares", "origin", "parts", "network"]
const STEP = 0.05 // of x, by an arrow key on a bend; five times as far with Shift

export class FittingChart {
  // moved: is called with a neuron and the x its bend is moved to; chosen: with a neuron that is taken hold of.
  constructor(svg, moved, chosen) {
    Object.assign(this, { svg, moved, chosen, axes: null })
    this.inside = node("rect", {}) // lines end at the frame
    svg.append(node("clipPath", { id: CLIP }, this.inside))
    for (const name of ["frame", "squares", "origin", "parts", "network", "dots", "cross", "bends"]) {
      this[name] = svg.appendChild(node("g", { class: name, ...(CLIPPED.includes(name) ? { "clip-path": `url(#${CLIP})` } : {}) }))
    }
    this.curve = this.network.appendChild(node("path", {}))
    this.source = this.origin.appendChild(node("path", {}))
  }

  // A network with so many hidden neurons.
  build(units, reach) {
    this.reach = reach
    this.xs = Float64Array.from({ length: SAMPLES }, (_, index) => reach * ((2 * index) / (SAMPLES - 1) - 1))
    this.parts.replaceChildren(...Array.from({ length: units }, () => node("path", {})))
    this.bends.replaceChildren(...Array.from({ length: units }, (_, unit) => this.handle(unit)))
  }

  // What a bend is moved by, with the mouse, a finger or the arrow keys.
  handle(unit) {
    const number = node("text", { y: 4, "text-anchor": "middle" }, unit + 1)
    const made = node("g", { class: "bend", tabindex: 0, role: "slider" }, node("circle", { r: RADIUS.bend }), number)
    made.addEventListener("pointerdown", event => {
      if (event.button !== 0) return
      event.stopPropagation()
      made.setPointerCapture(event.pointerId)
      this.held = unit
      this.chosen(unit)
    })
    made.addEventListener("pointermove", event => {
      if (this.held !== unit) return
      event.stopPropagation()
      this.moved(unit, this.placeAt(event)[0])
    })
    for (const name of ["pointerup", "pointercancel"]) made.addEventListener(name, () => (this.held = null))
    made.addEventListener("focus", () => this.chosen(unit))
    made.addEventListener("keydown", event => {
      const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
      if (event.altKey || event.ctrlKey || event.metaKey || !way) return
      event.preventDefault()
      event.stopPropagation()
      const x = Number(made.getAttribute("aria-valuenow")) + way * STEP * (event.shiftKey ? 5 : 1)
      this.moved(unit, Math.max(-this.reach, Math.min(this.reach, x)))
    })
    return made
  }

  // Anew, where the room or the words are others.
  resize({ reach, height, words }) {
    const width = this.svg.parentElement.clientWidth
    if (!width) return
    const high = Math.round(Math.max(SHAPE.low, Math.min(SHAPE.high, SHAPE.share * width)))
    for (const [name, value] of Object.entries({ width, height: high, viewBox: `0 0 ${width} ${high}` })) this.svg.setAttribute(name, value)
    const axis = (range, title) => ({ range, scale: "linear", title })
    this.axes = axesOf({ x: axis([-reach, reach], words.x), y: axis([-height, height], words.y) }, width, high, FONT)
    this.frame.replaceChildren(...axesDrawn(this.axes, FONT))
    const { x, y } = this.axes
    for (const [name, value] of Object.entries({ x: x.start, y: y.end, width: x.end - x.start, height: y.start - y.end })) {
      this.inside.setAttribute(name, value)
    }
  }

  // Where the pointer is, [x, y].
  placeAt({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect(), { x, y } = this.axes
    return [x.valueOf(x.partAt(clientX - left)), y.valueOf(y.partAt(clientY - top))]
  }

  path(ys) {
    const { axes: { x, y }, xs } = this, { top, bottom } = this.ends
    return Array.from(ys, (value, index) => (
      `${index ? "L" : "M"}${x.place(xs[index]).toFixed(1)} ${Math.max(top, Math.min(bottom, y.place(value))).toFixed(1)}`)).join("")
  }

  // How far outside the frame a line is still drawn as it is.
  get ends() {
    const { y } = this.axes
    return { top: y.end - 40, bottom: y.start + 40 }
  }

  drawPoints(points, cursor) {
    const { x, y } = this.axes
    this.dots.replaceChildren(...points.map(point => node("circle", { cx: x.place(point.x), cy: y.place(point.y), r: RADIUS.point })))
    const at = cursor && [x.place(cursor[0]), y.place(cursor[1])]
    this.cross.replaceChildren(...(at ? [node("path", { d: `M${at[0] - 9} ${at[1]}h18M${at[0]} ${at[1] - 9}v18` })] : []))
  }

  // network: as it is now. shown: {parts, squares: whether they are, origin: the y of the curve that points come from or null},
  // points: those that are learned from, nameOf: how a neuron and its bend are called, dead: which neurons are.
  draw(network, { parts, squares, origin }, points, chosen, nameOf, dead) {
    this.curve.setAttribute("d", this.path(network.outputs(this.xs)))
    this.source.setAttribute("d", origin ? this.path(origin) : "")
    const columns = network.parts(this.xs)
    for (const [unit, line] of [...this.parts.children].entries()) {
      line.setAttribute("d", parts || unit === chosen ? this.path(columns[unit]) : "")
      line.setAttribute("class", unit === chosen ? "chosen" : "")
      this.placeBend(this.bends.children[unit], network.bendOf(unit), unit, nameOf(unit), unit === chosen, dead[unit])
    }
    this.squares.replaceChildren(...(squares ? this.squaresOf(network, points) : []))
  }

  placeBend(handle, x, unit, name, isChosen, isDead) {
    const { x: across, y } = this.axes, isSeen = Math.abs(x) <= this.reach
    handle.setAttribute("class", `bend${isChosen ? " chosen" : ""}${isDead ? " dead" : ""}`)
    handle.style.display = isSeen ? "" : "none"
    if (!isSeen) return
    handle.setAttribute("transform", `translate(${across.place(x).toFixed(1)} ${y.start - RADIUS.bend - 3 - (unit % ROWS) * 2.2 * RADIUS.bend})`)
    for (const [key, value] of Object.entries({ label: name, valuemin: -this.reach, valuemax: this.reach, valuenow: rounded(x, 2).toFixed(2) })) {
      handle.setAttribute(`aria-${key}`, value)
    }
  }

  // A square for each error: its side is as long as the error, its area the error's square.
  squaresOf(network, points) {
    const { x, y } = this.axes, outputs = network.outputs(Float64Array.from(points, point => point.x))
    return points.map((point, index) => {
      const from = y.place(point.y), to = Math.max(this.ends.top, Math.min(this.ends.bottom, y.place(outputs[index])))
      const side = Math.abs(to - from), left = x.place(point.x), isRoom = left + side <= x.end
      return node("rect", { x: isRoom ? left : left - side, y: Math.min(from, to), width: side, height: side })
    })
  }
}
