// Paints the living network on its canvas. What adds is blue, round and drawn through; what takes away is orange, square
// and dashed, so that hue alone decides nothing.

import { count, DEAD, LOST } from "./living_health.js"
import { percentOf } from "./network.js"
import { largest, termOf, termsOf } from "./neurons.js"

const LINES = 3 // into each neuron are drawn: those that count most
const LINES_AT_REST = 2
const LINES_OF_CHOSEN = 12
const DASH = [3, 3]

// view: {network, layers, probabilities, truth, neurons: the shown of each layer, focus, look, words, states, images},
// where layers is what `read` found for the image, null without one, and states what became of the neurons over so many
// images, undefined where nobody knows; plan: of living_layout.js.
export function paint(context, plan, view) {
  context.clearRect(0, 0, plan.width, plan.height)
  context.lineCap = "round"
  const into = view.network.layers.map((_, layer) => linesInto(plan, view, layer))
  for (const lines of into) paintLines(context, lines, view)
  plan.columns.forEach((column, layer) => {
    const values = view.neurons[layer].map(neuron => view.layers?.[layer].outputs[neuron] ?? 0)
    const most = largestSize(values), mostBias = largestSize(view.network.layers[layer].learnedBias)
    column.places.forEach((place, row) => {
      const neuron = view.neurons[layer][row], bias = view.network.layers[layer].learnedBias[neuron] / mostBias
      if (column.side) paintPicture(context, place, column.side, view, neuron, values[row] / most)
      else paintNeuron(context, place, column.radius, view, values[row] / most)
      const inset = column.side ? -0.35 : 0.42 // rem; beside a circle, within a picture
      const state = view.states?.[layer]?.[neuron]
      if (LOST.includes(state)) paintLost(context, place, column, plan.rem, state === DEAD, view.look)
      paintBias(context, place.x - column.radius - inset * plan.rem, place.y, bias, plan.rem, view.look)
      if (view.focus?.layer === layer && view.focus.row === row) frame(context, place, column.radius, view.look)
    })
  })
  paintHeads(context, plan, view)
  paintDigits(context, plan, view)
}

const largestSize = numbers => numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0) || 1

function linesInto(plan, { network, layers, neurons, focus }, layer) {
  const found = []
  neurons[layer].forEach((neuron, row) => {
    const isFocused = focus?.layer === layer && focus.row === row
    const described = network.layers[layer], passed = layers?.[layer]
    const seen = layer
      ? neurons[layer - 1].map(input => termOf(described, input, neuron, passed))
      : termsOf(described, neuron, passed)
    for (const from of largest(seen, isFocused ? LINES_OF_CHOSEN : layers ? LINES : LINES_AT_REST)) {
      const { sight } = plan, pixel = sight.side / 28, to = plan.columns[layer].places[row]
      const start = layer
        ? plan.columns[layer - 1].places[from]
        : { x: sight.x + pixel * ((from % 28) + 0.5), y: sight.y + pixel * (Math.floor(from / 28) + 0.5) }
      if (seen[from]) found.push({ start, to, term: seen[from], isFocused })
    }
  })
  const most = largestSize(found.map(({ term }) => term))
  return found.map(line => ({ ...line, share: line.term / most })).sort((a, b) => Math.abs(a.share) - Math.abs(b.share))
}

function paintLines(context, lines, { look, focus }) {
  for (const { start, to, share, isFocused } of lines) {
    const size = Math.abs(share)
    context.globalAlpha = focus && !isFocused ? 0.08 : isFocused ? 0.4 + 0.6 * size : 0.12 + 0.5 * size
    context.strokeStyle = share > 0 ? look.up : look.down
    context.setLineDash(share > 0 ? [] : DASH)
    context.lineWidth = 0.6 + 1.8 * size
    context.beginPath()
    context.moveTo(start.x, start.y)
    context.lineTo(to.x, to.y)
    context.stroke()
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

function paintNeuron(context, { x, y }, radius, { look }, share) {
  const trace = () => {
    context.beginPath()
    if (share < 0) context.rect(x - radius, y - radius, 2 * radius, 2 * radius)
    else context.arc(x, y, radius, 0, 2 * Math.PI)
  }
  trace()
  context.fillStyle = look.paper
  context.fill()
  context.globalAlpha = Math.abs(share)
  context.fillStyle = share < 0 ? look.down : look.up
  context.fill()
  context.globalAlpha = 0.55
  context.strokeStyle = look.ink
  context.lineWidth = 1
  context.stroke()
  context.globalAlpha = 1
}

// A cross through what is dead, a bar through what is saturated, in the page's own ink; of a picture in its corner.
function paintLost(context, { x, y }, { radius, side }, rem, isDead, { ink, paper }) {
  const half = side ? 0.4 * rem : radius, [left, top] = side ? [x + side / 2 - half, y - side / 2 + half] : [x, y]
  const reach = 1.25 * half, strokes = isDead ? [[-1, -1, 1, 1], [-1, 1, 1, -1]] : [[-1, 0, 1, 0]]
  for (const [color, width] of [[paper, 4.5], [ink, 2]]) {
    context.strokeStyle = color
    context.lineWidth = width
    context.beginPath()
    for (const [fromX, fromY, toX, toY] of strokes) {
      context.moveTo(left + fromX * reach, top + fromY * reach)
      context.lineTo(left + toX * reach, top + toY * reach)
    }
    context.stroke()
  }
}

// A neuron of the first layer as the weights of its 784 pixels; the frame says how strongly it answers.
function paintPicture(context, { x, y }, side, { look, network }, neuron, share) {
  context.fillStyle = look.paper
  context.fillRect(x - side / 2, y - side / 2, side, side)
  context.imageSmoothingEnabled = false
  context.drawImage(pictureOf(network, neuron, look), x - side / 2, y - side / 2, side, side)
  context.strokeStyle = share < 0 ? look.down : share > 0 ? look.up : look.faint
  context.lineWidth = 1 + 2 * Math.abs(share)
  context.strokeRect(x - side / 2, y - side / 2, side, side)
}

const pictures = new WeakMap() // by network: small canvases by neuron and colour

function pictureOf(network, neuron, { up, down }) {
  if (!pictures.has(network)) pictures.set(network, new Map())
  const known = pictures.get(network), name = `${neuron} ${up}`
  if (!known.has(name)) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 })
    const brush = canvas.getContext("2d"), weights = termsOf(network.layers[0], neuron, null), most = largestSize(weights)
    weights.forEach((weight, pixel) => {
      brush.globalAlpha = Math.abs(weight) / most
      brush.fillStyle = weight < 0 ? down : up
      brush.fillRect(pixel % 28, Math.floor(pixel / 28), 1, 1)
    })
    known.set(name, canvas)
  }
  return known.get(name)
}

// A triangle that points up or down, as large as the bias is beside the largest of its layer.
function paintBias(context, x, y, share, rem, { up, down }) {
  const size = (0.13 + 0.24 * Math.abs(share)) * rem * (share < 0 ? -1 : 1)
  context.beginPath()
  context.moveTo(x, y - size)
  context.lineTo(x - 0.8 * Math.abs(size), y + 0.7 * size)
  context.lineTo(x + 0.8 * Math.abs(size), y + 0.7 * size)
  context.closePath()
  context.fillStyle = share < 0 ? down : up
  context.fill()
}

function frame(context, { x, y }, radius, { ink }) {
  const half = radius + 3
  context.strokeStyle = ink
  context.lineWidth = 2
  context.strokeRect(x - half, y - half, 2 * half, 2 * half)
}

// Above each layer its name, how many of its neurons are shown, and how many are dead if that is known; what does not fit
// above one is left out of all.
function paintHeads(context, plan, { words, look, neurons, states }) {
  const { columns, rem, gap } = plan, hidden = columns.slice(0, -1), last = columns[columns.length - 1]
  context.fillStyle = look.ink
  context.textAlign = "center"
  context.textBaseline = "top"
  context.font = `${0.8 * rem}px ${look.family}`
  const names = hidden.map((_, layer) => words.hidden.replace("{layer}", layer + 1))
  const counts = hidden.map(({ size }, layer) => {
    const shown = neurons[layer].length
    return shown < size ? words.shown.replace("{shown}", shown).replace("{count}", size.toLocaleString("en")) : `${size}`
  })
  const dead = states ? hidden.map((_, layer) => words.head_dead.replace("{dead}", count(states, layer, DEAD))) : []
  const fit = texts => texts.every(text => context.measureText(text).width < gap - 0.3 * rem)
  const lines = [fit(names) ? names : hidden.map((_, layer) => layer + 1), fit(counts) ? counts : []]
  if (dead.length) lines.push(fit(dead) ? dead : hidden.map((_, layer) => `✕${count(states, layer, DEAD)}`))
  for (const [line, texts] of lines.filter(({ length }) => length).entries()) {
    for (const [layer, text] of texts.entries()) context.fillText(text, hidden[layer].x, line * rem)
  }
  context.textAlign = "left"
  context.fillText(words.digits, last.x - last.radius, 0)
}

function paintDigits(context, plan, { probabilities, truth, look, words }) {
  const { rem, tail, isNarrow } = plan, { places, radius } = plan.columns[plan.columns.length - 1]
  const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1
  const { isNamed } = words, pitch = places[1].y - places[0].y
  const letters = isNamed ? Math.min(0.75 * rem, 0.45 * pitch) : (isNarrow ? 0.8 : 0.9) * rem, percentWidth = 3.6 * letters
  const height = isNamed ? 0.3 * pitch : Math.min(0.9 * rem, 1.5 * radius + 0.4 * rem)
  const start = radius + (isNamed ? 0.4 : 1.3) * rem, room = tail - start - 0.2 * rem - percentWidth
  context.textBaseline = "middle"
  places.forEach(({ x, y }, digit) => {
    const left = x + start, weight = digit === best ? 700 : 400
    context.fillStyle = look.ink
    context.textAlign = isNamed ? "left" : "center"
    context.font = `${weight} ${isNamed ? letters : rem}px ${look.family}`
    if (!isNamed) context.fillText(words.signs[digit], x + radius + 0.65 * rem, y)
    else context.fillText(words.classes[digit], left, probabilities ? y - 0.22 * pitch : y, tail - start)
    if (!probabilities) return
    const middle = isNamed ? y + 0.24 * pitch : y // of the bar: below a name
    context.fillStyle = look.faint
    context.fillRect(left, middle - height / 2, room, height)
    context.fillStyle = digit === best ? look.up : look.pale
    context.fillRect(left, middle - height / 2, room * probabilities[digit], height)
    if (digit === truth) {
      context.strokeStyle = look.down
      context.lineWidth = 2
      context.strokeRect(left, middle - height / 2, room, height)
    }
    context.fillStyle = look.ink
    context.textAlign = "right"
    context.font = `${letters}px ${look.family}`
    context.fillText(percentOf(probabilities[digit]), x + tail, middle)
  })
}
