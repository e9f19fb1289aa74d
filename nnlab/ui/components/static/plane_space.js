// What a hidden layer makes of the plane: every place goes to where the outputs of two of the layer's neurons put it. The
// weights and biases carry it to z, then the activation bends it to a. Where two neurons are all that the output is given,
// its border is a straight line there.

import { subscript } from "./plane_diagram.js"
import { columnsOf } from "./plane_network.js"
import { paintPoints } from "./plane_paint.js"
import { COLORS } from "./signed_colors.js"
import { fill } from "./training_bar.js"

const CELLS = 24 // of the mesh over the plane, each way
const SUMS = 1, OUTPUTS = 2 // how far the plane has been carried: 0 is where it lies, then to z, then to a
const STEP = 0.02 // of the slider
const SECONDS = 1.6 // from the plane to the layer, when that is chosen
const MARGIN = 0.12 // of the picture around what it shows
const STRENGTH = 0.55 // of a colour; where the mesh lies in folds they add up
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 10] // numbers at the end of a scale, times a power of ten
const SHRINKING = 0.6 // of its scale: only what is smaller gets a finer one, so that the picture does not tremble
const LIMITS = { sigmoid: [0, 1], tanh: [-1, 1] }

// The corners of the mesh over a plane from -reach to reach, row by row from the top.
export function cornersOf(reach) {
  const along = index => reach * ((2 * index) / CELLS - 1)
  const corners = Array.from({ length: (CELLS + 1) ** 2 }, (_, index) => index)
  return { xs: corners.map(corner => along(corner % (CELLS + 1))), ys: corners.map(corner => -along(Math.floor(corner / (CELLS + 1)))) }
}

// Where places of the plane are: [[x, ...], [y, ...]] on the plane, as the z of two neurons, and as their outputs. columns:
// of the places, what the network is given. A layer of one neuron has no second: its places lie on a line.
export function stationsOf(network, columns, xs, ys, layer, units) {
  const passed = network.forward(columns), below = layer ? passed[layer - 1] : columns, level = new Float64Array(xs.length)
  const sums = units.map(unit => (passed[layer][unit] ? network.sums(layer, unit, below) : level))
  return [[xs, ys], sums, units.map(unit => passed[layer][unit] ?? level)]
}

// The line on which the output is 0, where the outputs of two neurons are all that it is given, or that of one:
// [weight across, weight up, bias]; null if there is no such line.
export function borderOf(network, layer, units) {
  const { weights: [row], biases: [bias] } = network.layers[layer + 1]
  if (layer + 2 < network.layers.length || row.length > 2) return null
  const line = [...units.map(unit => row[unit] ?? 0), bias]
  return line[0] || line[1] ? line : null
}

const between = (from, to, share) => from + share * (to - from)

export class Space {
  // Its buttons and fields are made in two boxes. changed: is called when something else is to be drawn, turned: when the
  // visitor has chosen a layer, or the plane.
  constructor({ views, tools, canvas, points }, changed, turned) {
    Object.assign(this, { views, tools, canvas, points, changed, turned })
    this.ask(0)
    tools.innerHTML = `<label class="way">x → z → a <input type="range" min="0" max="${OUTPUTS}" step="${STEP}"></label>
      <label><span></span><select></select></label><label><span></span><select></select></label>`
    this.way = tools.querySelector("input")
    this.way.addEventListener("input", () => {
      cancelAnimationFrame(this.awaited)
      this.carry(this.way.valueAsNumber)
    })
    this.fields = [...tools.querySelectorAll("select")]
    for (const [axis, field] of this.fields.entries()) {
      field.addEventListener("change", () => {
        this.units[axis] = Number(field.value)
        this.showWay()
        this.changed()
      })
    }
  }

  // Another network, or its names in another language. A layer that it has as well is still looked at.
  build(network, data) {
    Object.assign(this, { network, data, scales: [], corners: cornersOf(data.reach) })
    this.nameFields()
    if (this.layer === null || this.layer < network.layers.length - 1) return this.show()
    this.choose(null)
    this.turned(null)
  }

  nameFields() {
    const { words } = this.data, count = this.network.layers.length - 1
    const at = [...this.views.children].indexOf(document.activeElement) // these are made anew, the focus stays
    const button = (layer, textContent) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent })
      made.addEventListener("click", () => this.turnTo(layer))
      return made
    }
    const label = Object.assign(document.createElement("span"), { textContent: words.view })
    const layers = Array.from({ length: count }, (_, layer) => button(layer, fill(words.view_layer, { layer: layer + 1 })))
    this.views.replaceChildren(label, button(null, words.view_plane), ...layers)
    this.views.hidden = count === 0
    this.views.setAttribute("aria-label", words.view)
    this.views.children[at]?.focus()
    this.way.setAttribute("aria-label", words.way)
    for (const [axis, name] of ["across", "up"].entries()) this.fields[axis].previousElementSibling.textContent = words[name]
  }

  // What a link asks for: 0 is the plane, 1 the first layer. The network comes after it.
  ask(view) {
    cancelAnimationFrame(this.awaited)
    Object.assign(this, { layer: view ? view - 1 : null, units: [0, 1], share: OUTPUTS })
  }

  // A layer, or with null the plane itself.
  choose(layer) {
    this.ask(layer === null ? 0 : layer + 1)
    this.show()
  }

  // Buttons and fields as it was chosen.
  show() {
    const { layer } = this
    for (const [index, button] of [...this.views.children].slice(1).entries()) {
      button.setAttribute("aria-pressed", (layer ?? -1) === index - 1)
    }
    this.tools.hidden = this.canvas.hidden = layer === null
    this.points.tabIndex = layer === null ? 0 : -1
    if (layer === null) return
    const count = this.network.layers[layer].biases.length
    if (this.units.some(unit => unit >= count)) this.units = [0, 1]
    for (const [axis, field] of this.fields.entries()) {
      field.replaceChildren(...Array.from({ length: count }, (_, unit) => new Option(`a${subscript(unit + 1)}`, unit)))
      field.value = this.units[axis]
      field.parentElement.hidden = count === 1 && axis === 1
    }
    this.showWay()
  }

  showWay() {
    this.way.value = this.share
    this.way.setAttribute("aria-valuetext", this.axes().join(", "))
  }

  // Choose a layer, and watch how the plane goes there.
  turnTo(layer) {
    this.choose(layer)
    this.turned(layer)
    if (layer === null || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.changed()
    let start
    const move = now => {
      start ??= now
      this.carry(Math.min(OUTPUTS, ((now - start) / 1000 / SECONDS) * OUTPUTS))
      if (this.share < OUTPUTS) this.awaited = requestAnimationFrame(move)
    }
    this.awaited = requestAnimationFrame(move)
  }

  // So far from the plane to the layer.
  carry(share) {
    this.share = share
    this.showWay()
    this.changed()
  }

  // What is across and what is up, by name.
  axes() {
    const { share, units } = this
    if (share < SUMS / 2) return ["x₁", "x₂"]
    const letter = share < (SUMS + OUTPUTS) / 2 ? "z" : "a"
    return units.filter(unit => unit < this.network.layers[this.layer].biases.length).map(unit => `${letter}${subscript(unit + 1)}`)
  }

  // Where the stations of places are now, in the picture from -1 to 1.
  place(stations) {
    const { share } = this, first = share <= SUMS ? 0 : SUMS, part = share - first
    const [low, high] = this.edges(), spread = high - low
    return stations[first].map((values, axis) => Float64Array.from(values, (value, index) => (
      (2 * (between(value, stations[first + 1][axis][index], part) - low)) / spread - 1)))
  }

  // The lowest and the highest number that the picture has room for: of the plane, of the sums, of the outputs, or between.
  ends() {
    const { share, limits } = this, first = share <= SUMS ? 0 : SUMS
    return limits[first].map((end, side) => between(end, limits[first + 1][side], share - first))
  }

  // The numbers at the picture's edges.
  edges() {
    const [low, high] = this.ends(), margin = MARGIN * (high - low)
    return [low - margin, high + margin]
  }

  // A round scale on which values fit, and which stays while they change a little.
  scaleOf(values, index) {
    const most = Math.max(...values.map(column => column.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0)))
    const before = this.scales[index] ?? 0
    if (!(most <= before && most >= SHRINKING * before)) {
      const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)))
      this.scales[index] = ROUND.map(factor => factor * power).find(scale => scale >= most) ?? 1
    }
    return this.scales[index]
  }

  // Draw the mesh and the points. sets: {list, columns} of points as paintPoints takes them. shadesOf: from columns, of each
  // place what is painted there, from -1 to 1.
  draw(sets, shadesOf, isDark) {
    const { network, data, layer, units, corners, canvas } = this, columns = columnsOf(data.inputs, corners.xs, corners.ys)
    const stations = stationsOf(network, columns, corners.xs, corners.ys, layer, units)
    const sums = this.scaleOf(stations[SUMS], 0), outputs = this.scaleOf(stations[OUTPUTS], 1)
    const own = data.activation === "relu" ? [0, outputs] : [-outputs, outputs]
    this.limits = [[-data.reach, data.reach], [-sums, sums], LIMITS[data.activation] ?? own]
    const side = canvas.clientWidth, finer = window.devicePixelRatio || 1, pixels = Math.round(side * finer)
    if (canvas.width !== pixels) Object.assign(canvas, { width: pixels, height: pixels })
    const brush = canvas.getContext("2d")
    brush.setTransform(finer, 0, 0, finer, 0, 0)
    brush.clearRect(0, 0, side, side)
    this.drawMesh(brush, side, this.place(stations), shadesOf(columns), isDark)
    this.drawAxes(brush, side, isDark)
    if (this.share === OUTPUTS) this.drawBorder(brush, side, isDark)
    const placed = sets.flatMap(({ list, columns: given }) => {
      const [xs, ys] = [list.map(point => point.x), list.map(point => point.y)]
      const [across, up] = this.place(stationsOf(network, given, xs, ys, layer, units))
      return list.map((point, index) => ({ ...point, x: across[index], y: up[index] }))
    })
    paintPoints(this.points, placed, 1, isDark, null)
    this.placed = placed
  }

  drawAxes(brush, side, isDark) {
    const [low, high] = this.edges(), at = value => ((value - low) / (high - low)) * side
    const [across, up] = this.axes()
    const written = value => String(Math.round(value * 100) / 100).replace("-", "−")
    const ink = isDark ? "#fff" : "#111", paper = isDark ? "#111" : "#fff"
    Object.assign(brush, { strokeStyle: ink, fillStyle: ink, lineWidth: 1, globalAlpha: 0.5, font: `13px ${getComputedStyle(this.canvas).fontFamily}` })
    const zero = at(0)
    brush.beginPath()
    for (const [x, y] of [[1, 0], [0, 1]]) {
      brush.moveTo(y * zero, x * (side - zero))
      brush.lineTo(x * side + y * zero, x * (side - zero) + y * side)
    }
    brush.stroke()
    Object.assign(brush, { globalAlpha: 1, strokeStyle: paper, lineWidth: 3, lineJoin: "round" }) // numbers have an edge
    const write = (text, x, y, textAlign, textBaseline) => {
      Object.assign(brush, { textAlign, textBaseline })
      brush.strokeText(text, x, y)
      brush.fillText(text, x, y)
    }
    for (const value of this.ends().filter(end => Math.abs(end) > 1e-9)) {
      write(written(value), at(value), side - 3, "center", "bottom")
      if (up) write(written(value), 4, side - at(value), "left", "middle")
    }
    brush.font = `600 ${brush.font}`
    write(across, side - 3, side - zero - 2, "right", "bottom")
    if (up) write(up, zero + 4, 2, "left", "top")
  }

  drawMesh(brush, side, [across, up], shades, isDark) {
    const [blue, orange] = COLORS[isDark ? "dark" : "light"], row = CELLS + 1
    const left = corner => ((across[corner] + 1) / 2) * side, top = corner => ((1 - up[corner]) / 2) * side
    brush.lineWidth = 0.6
    for (let cell = 0; cell < CELLS * CELLS; cell++) {
      const first = Math.floor(cell / CELLS) * row + (cell % CELLS), around = [first, first + 1, first + row + 1, first + row]
      const shade = around.reduce((sum, corner) => sum + shades[corner], 0) / 4
      const color = `rgb(${shade < 0 ? orange : blue})`
      brush.beginPath()
      for (const corner of around) brush.lineTo(left(corner), top(corner))
      brush.closePath()
      Object.assign(brush, { fillStyle: color, strokeStyle: color, globalAlpha: STRENGTH * Math.min(1, Math.abs(shade)) })
      brush.fill()
      brush.globalAlpha = 0.7
      brush.stroke()
    }
    brush.globalAlpha = 1
  }

  drawBorder(brush, side, isDark) {
    const line = borderOf(this.network, this.layer, this.units)
    if (!line) return
    const [low, high] = this.edges(), scale = side / (high - low), [across, up, bias] = line, length = Math.hypot(across, up)
    const foot = [across, up].map(weight => (-bias * weight) / length ** 2), far = Math.hypot(...foot) + 3 * (Math.abs(low) + Math.abs(high))
    const end = way => [foot[0] - (way * far * up) / length, foot[1] + (way * far * across) / length]
    brush.beginPath()
    for (const [x, y] of [end(-1), end(1)]) brush.lineTo((x - low) * scale, side - (y - low) * scale)
    Object.assign(brush, { strokeStyle: isDark ? "#fff" : "#111", lineWidth: 2 })
    brush.setLineDash([7, 5])
    brush.stroke()
    brush.setLineDash([])
  }

  // What is seen, in a sentence; nothing while it is the plane.
  say() {
    const { data: { words, inputs, activation }, share, layer, network } = this
    if (layer === null) return null
    const values = { layer: layer + 1, next: layer + 2, count: network.layers[layer].biases.length }
    const isStraight = layer === 0 && inputs.every(name => name === "x1" || name === "x2")
    if (share === 0) return fill(words.space_start, values)
    if (share <= SUMS) return fill(isStraight ? words.space_straight : words.space_sums, values)
    if (share < OUTPUTS) return fill(activation === "identity" ? words.space_unbent : words.space_bent, values)
    if (layer + 2 < network.layers.length) return fill(words.space_next, values)
    return fill(values.count > 2 ? words.space_many : words.space_border, values)
  }

  // The picture's name for who does not see it.
  name() {
    return this.layer === null ? null : fill(this.data.words.space_alt, { layer: this.layer + 1, shown: this.say() })
  }
}
