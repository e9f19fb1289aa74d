// What a run that is played back shows beside its network: the curve with its mark, the weights of the first layer as
// pictures, and the confusion matrix.

import { Axis, node } from "./axes.js"
import { accuracyOf } from "./network.js"
import { Chosen, weightOf } from "./neurons.js"
import { COLORS } from "./signed_colors.js"

const HEIGHT = 142 // pixels of the curve
const ROOM = { left: 44, right: 12, top: 24, bottom: 24 } // above it stands the legend
const THUMB = 8 // half of the slider's thumb: its track goes so much further on both sides
const MOST_PICTURES = 20
const PICTURE = 29 // pixels from one picture to the next
const LEAST_TICK = 34 // pixels between two ticks

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

export class Curve {
  constructor(svg, slider) {
    Object.assign(this, { svg, slider })
  }

  name(words) {
    this.svg.setAttribute("aria-label", words.curve_alt)
    this.words = words
    this.drawn = ""
  }

  draw(info, axis, place, { loss }) {
    const width = this.svg.parentElement.clientWidth
    const key = `${width} ${axis} ${info.revision}`
    if (this.drawn !== key) {
      this.drawn = key
      this.drawWhole(info, axis, width)
    }
    const x = this.x(place)
    this.mark.setAttribute("x1", x)
    this.mark.setAttribute("x2", x)
    this.dot.setAttribute("cx", x)
    this.dot.setAttribute("cy", this.y.place(Math.min(this.top, loss ?? 0)))
    this.dot.style.visibility = loss === null ? "hidden" : "visible"
  }

  // The place below a point of the screen.
  placeAt(pixels) {
    const share = (pixels - this.svg.getBoundingClientRect().left - this.x(0)) / (this.x(1) - this.x(0))
    return Math.min(1, Math.max(0, share))
  }

  drawWhole({ curve, tests, states, ticks }, axis, width) {
    const end = width - ROOM.right, known = curve.loss.filter(loss => loss !== null)
    const middle = [...known].sort((a, b) => a - b)[known.length >> 1] ?? 1
    this.top = Math.max(0.1, 1.05 * Math.min(Math.max(...known, 0), 4 * middle + 2.5))
    this.x = place => ROOM.left + place * (end - ROOM.left)
    this.y = new Axis({ range: [0, this.top], scale: "linear" }, HEIGHT - ROOM.bottom, ROOM.top)
    Object.assign(this.slider.style, { marginLeft: `${ROOM.left - THUMB}px`, width: `${end - ROOM.left + 2 * THUMB}px` })
    this.svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`)
    this.svg.setAttribute("height", HEIGHT)
    const grid = node("g", { class: "grid" }), words = node("g", { class: "numbers" })
    for (const value of this.y.ticks(LEAST_TICK)) {
      const y = this.y.place(value)
      grid.append(node("line", { x1: ROOM.left, x2: end, y1: y, y2: y }))
      words.append(node("text", { x: ROOM.left - 6, y: y + 4, "text-anchor": "end" }, this.y.tickText(value)))
    }
    let last = -Infinity
    for (const [place, text] of ticks[axis]) {
      const x = this.x(place)
      if (x - last < LEAST_TICK) continue
      last = x
      words.append(node("text", { x, y: HEIGHT - 4, "text-anchor": "middle" }, text))
    }
    for (const place of states.places[axis]) {
      const x = this.x(place)
      grid.append(node("line", { class: "state", x1: x, x2: x, y1: HEIGHT - ROOM.bottom, y2: HEIGHT - ROOM.bottom + 6 }))
    }
    let isDrawing = false
    const line = curve.loss.map((loss, index) => {
      const command = isDrawing ? "L" : "M"
      isDrawing = loss !== null
      return isDrawing
        ? `${command}${this.x(curve.places[axis][index]).toFixed(1)} ${this.y.place(Math.min(this.top, loss)).toFixed(1)}` : ""
    })
    const dots = tests.loss.map((loss, index) => loss === null || loss > this.top ? null : node("circle", {
      class: "test", cx: this.x(tests.places[axis][index]), cy: this.y.place(loss), r: 2.5,
    })).filter(Boolean)
    this.mark = node("line", { class: "mark", y1: ROOM.top, y2: HEIGHT - ROOM.bottom })
    this.dot = node("circle", { class: "dot", r: 5 })
    const legend = node("text", { class: "legend", x: end, y: ROOM.top - 10, "text-anchor": "end" })
    legend.append(node("tspan", { class: "blue" }, `━ ${this.words.train_loss}`), " ", node("tspan", { class: "orange" }, `● ${this.words.test_loss}`))
    this.svg.replaceChildren(grid, words, node("path", { class: "line", d: line.join("") }), ...dots, legend, this.mark, this.dot)
  }
}

// Some neurons of the first layer as the weights of their 784 pixels, the same ones and on one scale all along.
export class WeightPictures {
  constructor(canvas, caption) {
    Object.assign(this, { canvas, caption, revision: 0, most: 0 })
    this.known = new WeakSet()
  }

  // Which neurons: of the last state, those that send most to the next layer. networks: of all states, null where one is
  // not here yet.
  choose(networks) {
    const last = networks[networks.length - 1]
    if (!last) return
    if (this.last !== last) {
      const [first, next] = last.layers
      const count = Math.min(first.units, MOST_PICTURES)
      const neurons = next ? new Chosen(next).choose(count) : [...Array(count).keys()]
      Object.assign(this, { last, neurons: [...neurons].sort((a, b) => a - b), most: 0, known: new WeakSet() })
    }
    for (const network of networks) if (network && !this.known.has(network)) this.measure(network)
  }

  measure(network) {
    this.known.add(network)
    const [layer] = network.layers
    const most = this.neurons.reduce((found, neuron) => {
      let largest = found
      for (let pixel = 0; pixel < 784; pixel++) largest = Math.max(largest, Math.abs(weightOf(layer, pixel, neuron)))
      return largest
    }, this.most)
    if (most === this.most) return
    this.most = most
    this.revision++
  }

  draw(network, isDark, step) {
    if (!this.neurons) return
    const { canvas, neurons, most, words } = this, room = canvas.parentElement.clientWidth
    const across = Math.max(5, Math.min(10, Math.floor(room / (2 * PICTURE)))), down = Math.ceil(neurons.length / across)
    const [up, below, paper] = COLORS[isDark ? "dark" : "light"]
    Object.assign(canvas, { width: across * PICTURE, height: down * PICTURE })
    canvas.style.width = `${across * PICTURE * Math.max(1, Math.floor(room / (across * PICTURE)))}px`
    const context = canvas.getContext("2d")
    neurons.forEach((neuron, index) => {
      const picture = new ImageData(28, 28)
      for (let pixel = 0; pixel < 784; pixel++) {
        const share = weightOf(network.layers[0], pixel, neuron) / (most || 1), color = share < 0 ? below : up
        picture.data.set([...color.map(part => paper + Math.abs(share) * (part - paper)), 255], 4 * pixel)
      }
      context.putImageData(picture, PICTURE * (index % across), PICTURE * Math.floor(index / across))
    })
    const values = { shown: neurons.length, count: network.layers[0].units.toLocaleString("en"), most: most.toFixed(2), step }
    this.caption.textContent = fill(words.weights, values)
    canvas.setAttribute("aria-label", fill(words.weights_alt, values))
  }
}

// The confusion matrix as a table that can be read aloud; only what differs from the last state is written.
export class ConfusionTable {
  constructor(box, caption) {
    Object.assign(this, { box, caption })
    const row = `<tr><th scope="row"></th>${"<td></td>".repeat(10)}</tr>`
    box.innerHTML = `<table><thead><tr><td></td>${'<th scope="col"><span></span></th>'.repeat(10)}</tr></thead><tbody>${row.repeat(10)}</tbody></table>`
    this.cells = [...box.querySelectorAll("tbody td")]
    this.heads = [...box.querySelectorAll("thead span"), ...box.querySelectorAll("tbody th")]
  }

  // classes: what the ten are called; where that is more than a letter, the names of the columns stand upright.
  name(classes) {
    this.heads.forEach((head, index) => {
      head.textContent = classes[index % 10]
    })
    const isNamed = classes.some(called => called.length > 1)
    for (const box of [this.box, this.box.closest(".parts")]) box.classList.toggle("named", isNamed)
  }

  draw(matrix, step, { progress, images }) {
    const right = matrix ? matrix.reduce((sum, row, digit) => sum + row[digit], 0) : 0
    const values = { step, images: images.toLocaleString("en"), accuracy: accuracyOf(right / (images || 1)) }
    const text = matrix ? fill(this.words.confusion, values) : progress ?? ""
    if (this.caption.textContent !== text) this.caption.textContent = text
    if (this.drawn === matrix) return
    this.drawn = matrix
    this.cells.forEach((cell, index) => {
      const truth = Math.floor(index / 10), read = index % 10, count = matrix?.[truth][read] ?? 0
      const share = matrix ? count / (matrix[truth].reduce((sum, each) => sum + each, 0) || 1) : 0
      cell.textContent = matrix ? (count || "") : ""
      cell.style.backgroundColor = `rgba(${truth === read ? "0, 114, 178" : "213, 94, 0"}, ${(0.55 * Math.sqrt(share)).toFixed(3)})`
    })
  }
}
