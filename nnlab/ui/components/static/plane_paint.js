// How the plane is painted: a colour for each place of it, by what a neuron or the whole network says there; the points;
// and the two losses over the epochs.

import { Axis, node } from "./axes.js"
import { last } from "./plane_network.js"
import { COLORS } from "./signed_colors.js"

export const SIDE = 60 // places of a map, each way
const STRENGTH = 0.6 // of the fullest colour, so that the points on it are seen
const HALF = 100 // shades of a colour
const SHADES = { light: shadesOf(COLORS.light), dark: shadesOf(COLORS.dark) }
const RADIUS = 4.5 // pixels of a point
const CURVE = { height: 120, left: 44, right: 8, top: 22, bottom: 22 } // pixels
const LEAST_TICK = 30 // pixels between two ticks
const MOST_HISTORY = 400 // moments; then every second one is forgotten

// The places of a map, row by row from the top, for a plane from -reach to reach.
export function placesOf(reach) {
  const along = index => reach * ((2 * index + 1) / SIDE - 1)
  const cells = Array.from({ length: SIDE * SIDE }, (_, index) => index)
  return { xs: cells.map(cell => along(cell % SIDE)), ys: cells.map(cell => -along(Math.floor(cell / SIDE))) }
}

// Paint the values of the places, from -most, orange, over 0, paper, to most, blue; of a small map every second place each way.
export function paintMap(canvas, values, most, isDark, coarseness = 1) {
  const side = SIDE / coarseness, colors = SHADES[isDark ? "dark" : "light"]
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side })
  const picture = new ImageData(side, side), pixels = new Uint32Array(picture.data.buffer), scale = HALF / most
  for (let row = 0, at = 0; row < SIDE; row += coarseness) {
    for (let column = 0; column < SIDE; column += coarseness, at++) {
      const shade = Math.round(scale * values[row * SIDE + column])
      pixels[at] = colors[HALF + Math.max(-HALF, Math.min(HALF, shade))]
    }
  }
  canvas.getContext("2d").putImageData(picture, 0, 0)
}

// From the fullest orange to the fullest blue, each as the four bytes of a pixel.
function shadesOf([up, down, paper]) {
  const bytes = new Uint8ClampedArray(4 * (2 * HALF + 1))
  for (let shade = -HALF; shade <= HALF; shade++) {
    const full = (STRENGTH * Math.abs(shade)) / HALF, color = shade < 0 ? down : up
    bytes.set([...color.map(part => paper + full * (part - paper)), 255], 4 * (shade + HALF))
  }
  return new Uint32Array(bytes.buffer)
}

// Paint points, {x, y, class, isTest, isMisread}: circles are blue, diamonds orange; a ring is around what is misread, and
// test points are hollow. cursor: where the keyboard is, or null.
export function paintPoints(canvas, points, reach, isDark, cursor) {
  const width = canvas.clientWidth, finer = window.devicePixelRatio || 1, side = Math.round(width * finer)
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side })
  const brush = canvas.getContext("2d"), [up, down] = COLORS[isDark ? "dark" : "light"]
  const at = (x, y) => [(x / reach + 1) / 2 * width, (1 - y / reach) / 2 * width]
  brush.setTransform(finer, 0, 0, finer, 0, 0)
  brush.clearRect(0, 0, width, width)
  const ink = isDark ? "#fff" : "#111", paper = isDark ? "#111" : "#fff"
  for (const point of points) {
    const [left, top] = at(point.x, point.y), color = `rgb(${point.class ? up : down})`
    brush.beginPath()
    outline(brush, left, top, point.class)
    Object.assign(brush, { fillStyle: point.isTest ? paper : color, strokeStyle: point.isTest ? color : paper })
    brush.lineWidth = point.isTest ? 2 : 1
    brush.fill()
    brush.stroke()
    if (!point.isMisread) continue
    brush.beginPath()
    brush.arc(left, top, RADIUS + 3, 0, 2 * Math.PI)
    Object.assign(brush, { strokeStyle: ink, lineWidth: 1.5 })
    brush.stroke()
  }
  if (!cursor) return
  const [left, top] = at(...cursor), arm = 9
  brush.beginPath()
  for (const [x, y] of [[arm, 0], [0, arm]]) {
    brush.moveTo(left - x, top - y)
    brush.lineTo(left + x, top + y)
  }
  Object.assign(brush, { strokeStyle: ink, lineWidth: 2 })
  brush.stroke()
}

function outline(brush, left, top, isCircle) {
  if (isCircle) return brush.arc(left, top, RADIUS, 0, 2 * Math.PI)
  const reach = 1.25 * RADIUS
  brush.moveTo(left, top - reach)
  for (const [x, y] of [[reach, 0], [0, reach], [-reach, 0]]) brush.lineTo(left + x, top + y)
  brush.closePath()
}

// The two losses over the epochs.
export class LossCurves {
  // Their axis ends where the largest is, but between low and high.
  constructor(svg, { low, high } = { low: 0.8, high: 2 }) {
    Object.assign(this, { svg, low, high })
    this.clear()
  }

  clear() {
    this.moments = []
  }

  // test: null where there are no test points.
  add(epoch, train, test) {
    if (this.moments.length >= MOST_HISTORY) this.moments = this.moments.filter((_, index) => index % 2 === 0)
    this.moments.push({ epoch, train, test })
  }

  draw(words) {
    const { svg, moments } = this, width = svg.parentElement.clientWidth
    const bottom = CURVE.height - CURVE.bottom, end = width - CURVE.right
    const losses = moments.flatMap(({ train, test }) => [train, test ?? 0]).filter(Number.isFinite)
    const top = Math.min(this.high, Math.max(this.low, ...losses))
    const x = new Axis({ range: [0, Math.max(10, last(moments)?.epoch ?? 0)], scale: "linear", whole: true }, CURVE.left, end)
    const y = new Axis({ range: [0, top], scale: "linear" }, bottom, CURVE.top)
    const grid = node("g", { class: "grid" }), numbers = node("g", { class: "numbers" })
    for (const value of y.ticks(LEAST_TICK)) {
      grid.append(node("line", { x1: CURVE.left, x2: end, y1: y.place(value), y2: y.place(value) }))
      numbers.append(node("text", { x: CURVE.left - 6, y: y.place(value) + 4, "text-anchor": "end" }, y.tickText(value)))
    }
    for (const value of x.ticks(2.5 * LEAST_TICK)) {
      numbers.append(node("text", { x: x.place(value), y: CURVE.height - 5, "text-anchor": "middle" }, x.tickText(value)))
    }
    const line = name => moments.filter(moment => Number.isFinite(moment[name] ?? NaN)).map((moment, index) => (
      `${index ? "L" : "M"}${x.place(moment.epoch).toFixed(1)} ${y.place(Math.min(top, moment[name])).toFixed(1)}`
    )).join("")
    const legend = node("text", { x: end, y: CURVE.top - 8, "text-anchor": "end" })
    legend.append(node("tspan", { class: "train" }, `━ ${words.train_loss}`), "  ", node("tspan", { class: "test" }, `╍ ${words.test_loss}`))
    const title = node("text", { x: 0, y: CURVE.top - 8 }, words.loss_axis)
    svg.setAttribute("viewBox", `0 0 ${width} ${CURVE.height}`)
    svg.setAttribute("height", CURVE.height)
    svg.replaceChildren(grid, numbers, title, legend,
      node("path", { class: "test", d: line("test") }), node("path", { class: "train", d: line("train") }))
  }
}
