// What a hidden layer makes of the plane: every place goes to where two of the layer's neurons put it. The weights and biases
// carry it to z, then the activation bends it to a. The output's border is flat among the neurons of the last hidden layer:
// where there are two it is a straight line, and so it is where all of them are weighed as the output weighs them.

import { subscript } from "./plane_diagram.js"
import { columnsOf } from "./plane_network.js"
import { paintPoints } from "./plane_paint.js"
import { paintSpace } from "./space_paint.js"
import { fill } from "./training_bar.js"

const CELLS = 24 // of the mesh over the plane, each way
const SUMS = 1, OUTPUTS = 2 // how far the plane has been carried: 0 is where it lies, then to z, then to a
const WEIGHED = -1 // across: all neurons, weighed as the output weighs them
const STEP = 0.02 // of the slider
const SECONDS = 1.6 // from the plane to the layer, when that is chosen
const MARGIN = 0.12 // of the picture around what it shows
const LEAST = 0.1 // of an axis, from end to end
const LOOSE = 1.6 // times as much room as is needed: only then is it given up, so that the picture does not tremble
const LIMITS = { sigmoid: [0, 1], tanh: [-1, 1] }

// The corners of the mesh over a plane from -reach to reach, row by row from the top.
export function cornersOf(reach) {
  const along = index => reach * ((2 * index) / CELLS - 1)
  const corners = Array.from({ length: (CELLS + 1) ** 2 }, (_, index) => index)
  const down = corner => Math.floor(corner / (CELLS + 1))
  return { xs: corners.map(corner => along(corner % (CELLS + 1))), ys: corners.map(corner => -along(down(corner))) }
}

// How much of each neuron an axis shows: all of one, or a part of each by the output's weights, w/|w|. A layer of one neuron
// has no second: its places lie on a line.
function partsOf(network, layer, unit) {
  if (unit !== WEIGHED) return network.layers[layer].biases.map((_, neuron) => Number(neuron === unit))
  const { weights: [row] } = network.layers[layer + 1], length = Math.hypot(...row) || 1
  return row.map(weight => weight / length)
}

// Where places of the plane are: [[x, ...], [y, ...]] on the plane, then by the z of neurons, then by their outputs. columns:
// of the places, what the network is given. units: what is across and what is up, neurons or WEIGHED. passed: the outputs.
export function stationsOf(network, columns, xs, ys, layer, units, passed = network.forward(columns)) {
  const below = layer ? passed[layer - 1] : columns
  const sums = passed[layer].map((_, unit) => network.sums(layer, unit, below))
  const mixed = (parts, outputs) => Float64Array.from(xs, (_, place) => (
    parts.reduce((sum, part, unit) => (part ? sum + part * outputs[unit][place] : sum), 0)))
  const axes = units.map(unit => partsOf(network, layer, unit))
  return [[xs, ys], axes.map(parts => mixed(parts, sums)), axes.map(parts => mixed(parts, passed[layer]))]
}

// The line on which the output is 0: [weight across, weight up, bias]; null if it is none in these axes.
export function borderOf(network, layer, units) {
  const { weights: [row], biases: [bias] } = network.layers[layer + 1]
  if (layer + 2 < network.layers.length || !row.some(Boolean)) return null
  if (units[0] === WEIGHED) return [Math.hypot(...row), 0, bias]
  const isAll = row.length <= 2 && new Set(units).size === 2
  return isAll ? [...units.map(unit => row[unit] ?? 0), bias] : null
}

const nameOf = (letter, unit) => (unit === WEIGHED ? `w·${letter}/|w|` : `${letter}${subscript(unit + 1)}`)
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
    Object.assign(this, { network, data, kept: {}, corners: cornersOf(data.reach) })
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
    Object.assign(this, { layer: view ? view - 1 : null, units: null, share: OUTPUTS })
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
    this.points.setAttribute("role", layer === null ? "application" : "img")
    if (layer === null) return
    const count = this.network.layers[layer].biases.length, isLast = layer === this.network.layers.length - 2
    const neurons = Array.from({ length: count }, (_, unit) => unit)
    const choices = [isLast ? [WEIGHED, ...neurons] : neurons, neurons]
    const usual = isLast && count > 2 ? [WEIGHED, 0] : [0, 1]
    if (!this.units?.every((unit, axis) => choices[axis].includes(unit))) this.units = usual
    for (const [axis, field] of this.fields.entries()) {
      field.replaceChildren(...choices[axis].map(unit => new Option(nameOf("a", unit), unit)))
      field.value = this.units[axis]
    }
    for (const field of this.fields) field.parentElement.hidden = count === 1
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
    return units.filter(unit => unit < this.network.layers[this.layer].biases.length).map(unit => nameOf(letter, unit))
  }

  // Where the stations of places are now, in the picture from -1 to 1.
  place(stations) {
    const { first, part } = this.stretch(), edges = this.edges()
    return stations[first].map((values, axis) => Float64Array.from(values, (value, index) => {
      const [low, high] = edges[axis]
      return (2 * (between(value, stations[first + 1][axis][index], part) - low)) / (high - low) - 1
    }))
  }

  // From which station to the next the plane is on its way, and how far.
  stretch() {
    const first = this.share <= SUMS ? 0 : SUMS
    return { first, part: this.share - first }
  }

  // For each axis the lowest and the highest number that there is room for.
  ends() {
    const { first, part } = this.stretch(), { limits } = this
    return limits[first].map((pair, axis) => pair.map((end, side) => between(end, limits[first + 1][axis][side], part)))
  }

  // For each axis the numbers at the picture's edges: both have the same scale.
  edges() {
    const ends = this.ends(), span = (1 + 2 * MARGIN) * Math.max(...ends.map(([low, high]) => high - low))
    return ends.map(([low, high]) => [(low + high - span) / 2, (low + high + span) / 2])
  }

  // Round ends between which values lie, and 0; they stay while the values change a little. name: whose ends they are.
  fit(name, values) {
    const low = values.reduce((least, value) => Math.min(least, value), 0)
    const high = values.reduce((most, value) => Math.max(most, value), 0)
    const round = 10 ** Math.floor(Math.log10(Math.max(high - low, LEAST))) / 2
    const found = [Math.floor(low / round) * round, Math.ceil(high / round) * round], before = this.kept[name]
    const isKept = before && before[0] <= low && before[1] >= high && before[1] - before[0] <= LOOSE * (found[1] - found[0])
    this.kept[name] = isKept ? before : found
    return this.kept[name]
  }

  // Where the ends of the plane are, of the sums, and of the outputs.
  measure(stations) {
    const { data, network, layer, units } = this, known = units[0] === WEIGHED ? null : LIMITS[data.activation]
    const border = units[0] === WEIGHED ? borderOf(network, layer, units) : null, also = border ? [-border[2] / border[0]] : []
    this.limits = [
      [[-data.reach, data.reach], [-data.reach, data.reach]],
      stations[SUMS].map((values, axis) => this.fit(`z${axis}`, values)),
      stations[OUTPUTS].map((values, axis) => known ?? this.fit(`a${axis}`, axis ? values : [...values, ...also])),
    ]
  }

  // Draw the mesh and the points. sets: {list, columns, passed} of points as paintPoints takes them. shadesOf: from columns
  // and the outputs, of each place what is painted there, from -1 to 1.
  draw(sets, shadesOf, isDark) {
    const { network, data, layer, units, corners, canvas } = this, columns = columnsOf(data.inputs, corners.xs, corners.ys)
    const passed = network.forward(columns), stations = stationsOf(network, columns, corners.xs, corners.ys, layer, units, passed)
    this.measure(stations)
    const border = this.share === OUTPUTS ? borderOf(network, layer, units) : null, edges = this.edges()
    const mesh = { cells: CELLS, places: this.place(stations), shades: shadesOf(columns, passed) }
    paintSpace(canvas, { mesh, edges, ends: this.ends(), names: this.axes(), border }, isDark)
    const placed = sets.flatMap(({ list, columns: given, passed: theirs }) => {
      const [xs, ys] = [list.map(point => point.x), list.map(point => point.y)]
      const [across, up] = this.place(stationsOf(network, given, xs, ys, layer, units, theirs))
      return list.map((point, index) => ({ ...point, x: across[index], y: up[index] }))
    })
    paintPoints(this.points, placed, 1, isDark, null)
    this.placed = placed
  }

  // What is seen, in a sentence; nothing while it is the plane.
  say() {
    const { data: { words, inputs, activation }, share, layer, units, network } = this
    if (layer === null) return null
    const values = { layer: layer + 1, next: layer + 2, count: network.layers[layer].biases.length }
    const isStraight = layer === 0 && inputs.every(name => name === "x1" || name === "x2")
    if (share === 0) return fill(words.space_start, values)
    if (share <= SUMS) return fill(isStraight ? words.space_straight : words.space_sums, values)
    if (share < OUTPUTS) return fill(activation === "identity" ? words.space_unbent : words.space_bent, values)
    if (layer + 2 < network.layers.length) return fill(words.space_next, values)
    if (units[0] === WEIGHED) return fill(words.space_weighed, values)
    return fill(borderOf(network, layer, units) ? words.space_border : words.space_many, values)
  }

  // The picture's name for who does not see it.
  name() {
    return this.layer === null ? null : fill(this.data.words.space_alt, { layer: this.layer + 1, shown: this.say() })
  }
}
