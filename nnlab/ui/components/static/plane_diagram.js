// The network of the plane as a picture: a map for each neuron, a line for each weight, and the numbers of the neuron that
// is looked at, which can be changed.

import { node, rounded } from "./axes.js"
import { paintMap } from "./plane_paint.js"

const TILE = matchMedia("(pointer: coarse)").matches ? 40 : 34 // pixels of a neuron's map; a finger needs more room
const PITCH = TILE + 4 // from one to the next below it
const THICKEST = 6 // pixels of a line
const FULL = 3 // the weight of the thickest
const MOST = 999 // of a number that is typed, either way

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
export const subscript = number => String(number).replace(/\d/g, digit => "₀₁₂₃₄₅₆₇₈₉"[digit])

export class Diagram {
  // look: is called with what the mouse is on, else with what is chosen, {layer, unit}, layer -1 being the inputs; null for
  // the whole network. open: with what is chosen.
  constructor(box, look, open) {
    Object.assign(this, { box, look, open, tiles: [] })
    this.svg = box.appendChild(node("svg", { "aria-hidden": "true" }))
    this.holder = box.appendChild(document.createElement("div"))
    new ResizeObserver(() => this.place()).observe(box)
  }

  // Make the tiles of a network. inputs: the names of its inputs as they are written.
  build(network, inputs, words) {
    Object.assign(this, { network, inputs, words })
    const columns = [inputs.length, ...network.layers.slice(0, -1).map(layer => layer.biases.length)]
    this.holder.replaceChildren()
    this.tiles = columns.map((count, column) => Array.from({ length: count }, (_, unit) => this.tile(column - 1, unit)))
    this.lines = network.layers.map(({ weights }) => weights.map(row => Array.from(row, () => node("path", {}))))
    this.svg.replaceChildren(...this.lines.flat(2))
    this.place()
  }

  tile(layer, unit) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "tile" })
    const canvas = button.appendChild(document.createElement("canvas"))
    const title = this.nameOf({ layer, unit })
    button.setAttribute("aria-label", title)
    button.setAttribute("aria-pressed", "false")
    button.title = title
    if (layer < 0) button.append(Object.assign(document.createElement("span"), { textContent: this.inputs[unit] }))
    button.addEventListener("click", () => this.choose(this.isChosen(layer, unit) ? null : { layer, unit }))
    button.addEventListener("pointerenter", event => event.pointerType === "mouse" && this.point({ layer, unit }))
    button.addEventListener("pointerleave", () => this.point(null))
    this.holder.append(button)
    return { button, canvas }
  }

  nameOf({ layer, unit }) {
    const { words, inputs } = this
    return layer < 0 ? fill(words.input, { name: inputs[unit] }) : fill(words.neuron, { layer: layer + 1, unit: unit + 1 })
  }

  isChosen(layer, unit) {
    return this.chosen?.layer === layer && this.chosen.unit === unit
  }

  choose(spot) {
    this.chosen = spot
    for (const [column, tiles] of this.tiles.entries()) {
      for (const [unit, { button }] of tiles.entries()) button.setAttribute("aria-pressed", this.isChosen(column - 1, unit))
    }
    this.look(spot)
    this.open(spot)
  }

  // What the mouse is on is looked at as long as it stays there.
  point(spot) {
    this.look(spot ?? this.chosen ?? null)
  }

  // Where everything stands: columns from left to right, the output at the right edge.
  place() {
    const { box, tiles } = this, width = box.clientWidth
    if (!tiles.length || !width) return
    const most = Math.max(...tiles.map(column => column.length)), height = most * PITCH
    const step = (width - TILE - 14) / tiles.length
    this.spots = tiles.map((column, index) => column.map((_, unit) => (
      { x: index * step, y: height / 2 + (unit - (column.length - 1) / 2) * PITCH - TILE / 2 })))
    for (const [index, column] of tiles.entries()) {
      for (const [unit, { button }] of column.entries()) {
        const { x, y } = this.spots[index][unit]
        Object.assign(button.style, { left: `${x}px`, top: `${y}px` })
      }
    }
    box.style.height = `${height}px`
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) this.svg.setAttribute(name, value)
    for (const [layer, rows] of this.lines.entries()) {
      for (const [unit, row] of rows.entries()) {
        const end = this.spots[layer + 1]?.[unit] ?? { x: width - 8, y: height / 2 - TILE / 2 }
        for (const [input, line] of row.entries()) line.setAttribute("d", between(this.spots[layer][input], end))
      }
    }
    this.drawWeights()
  }

  drawWeights() {
    for (const [layer, rows] of this.lines.entries()) {
      for (const [unit, row] of rows.entries()) {
        for (const [input, line] of row.entries()) {
          const weight = this.network.layers[layer].weights[unit][input]
          line.setAttribute("class", weight < 0 ? "down" : "up")
          const width = weight && Math.max(0.4, THICKEST * Math.min(1, Math.abs(weight) / FULL)) // of a weight of 0, no line
          line.setAttribute("stroke-width", width.toFixed(2))
        }
      }
    }
  }

  // Whether a neuron is dead is seen, and said with its name.
  mark(button, isDead) {
    if (isDead === button.classList.contains("dead")) return
    button.classList.toggle("dead", isDead)
    const name = button.getAttribute("aria-label")
    button.title = isDead ? fill(this.words.dead_neuron, { name }) : name
  }

  // columns: of the inputs and each hidden layer, a value for each place of the plane and each neuron.
  draw(columns, isDark, deadOf) {
    this.drawWeights()
    for (const [column, tiles] of this.tiles.entries()) {
      for (const [unit, { button, canvas }] of tiles.entries()) {
        const values = columns[column][unit]
        paintMap(canvas, values, mostOf(values), isDark, 2)
        this.mark(button, column > 0 && deadOf(column - 1, unit))
      }
    }
  }
}

// The largest value of a map, either way; 1 at least, so that what hardly answers looks as if it hardly did.
export function mostOf(values) {
  let most = 1
  for (let place = 0; place < values.length; place++) most = Math.max(most, Math.abs(values[place]))
  return most
}

function between(from, to) {
  const start = from.x + TILE, half = (start + to.x) / 2, high = from.y + TILE / 2, low = to.y + TILE / 2
  return `M${start} ${high}C${half} ${high} ${half} ${low} ${to.x} ${low}`
}

// The weights and the bias of a neuron as fields: what it computes, and what a visitor may set.
export class Numbers {
  // change: is called after a number was changed.
  constructor(box, change) {
    Object.assign(this, { box, change })
  }

  // A neuron, {layer, unit}, by its name; inputs: the names of the network's.
  show(network, { layer, unit }, inputs, called, { words, outputs }) {
    const { weights, biases } = network.layers[layer]
    const above = layer ? Array.from(weights[unit], (_, input) => `a${subscript(input + 1)}`) : inputs
    const terms = above.map((name, input) => this.field(`× ${name}`, fill(words.weight, { name }), weights[unit], input))
    const bias = this.field("", words.bias, biases, unit)
    const says = (tag, textContent) => Object.assign(document.createElement(tag), { textContent })
    const gives = layer === network.layers.length - 1 ? words.gives_output : outputs[network.activation]
    this.fields = [...terms, bias]
    this.box.setAttribute("aria-label", called)
    this.box.replaceChildren(says("b", called), says("span", "z ="),
      ...this.fields.flatMap(({ label }, index) => (index ? [says("span", "+"), label] : [label])),
      says("span", `→ ${gives}`))
  }

  field(behind, name, holder, index) {
    const label = document.createElement("label"), input = document.createElement("input")
    Object.assign(input, { type: "number", step: 0.1, min: -MOST, max: MOST })
    input.setAttribute("aria-label", name)
    label.append(input, behind)
    input.addEventListener("input", () => {
      const value = input.valueAsNumber
      if (!(Math.abs(value) <= MOST)) return
      holder[index] = value
      this.change()
    })
    input.addEventListener("blur", () => this.draw()) // what was no number gives way to the one that holds
    return { label, input, holder, index }
  }

  // The numbers as they are now; what is being typed is left alone.
  draw() {
    for (const { input, holder, index } of this.fields ?? []) {
      if (document.activeElement !== input) input.value = rounded(holder[index], 2).toFixed(2)
    }
  }
}
