// How strongly each layer of a run is taught: what is new is asked for while somebody looks, drawn as lines, and its newest
// numbers stand in a table. See nnlab/ui/components/live_pulse.py for what is sent.

import { drawPulse, nameOf } from "./pulse_chart.js"
import { WhileSeen } from "./while_seen.js"

const LINES = ["gradients", "updates"], COUNTS = ["dead", "saturated"]

export function watch({ parentElement, data }, base) {
  const box = parentElement.querySelector(".nnlab-pulse")
  box.pulse ??= new Pulse(box)
  box.pulse.tell(data, base)
}

class Pulse {
  constructor(box) {
    box.innerHTML = `<div class="chart"></div><div class="table" role="region" tabindex="0"><table><thead><tr></tr></thead>
      <tbody></tbody></table></div><p></p>`
    this.box = box
    this.asking = new WhileSeen(box, () => this.ask())
  }

  tell(data, base) {
    if (data.run !== this.data?.run) this.points = nothing(data.sizes.length)
    Object.assign(this, { data, base })
    this.show()
    this.asking.restart()
  }

  async ask() {
    const { data: { run }, points } = this
    const address = new URL(`runs/${encodeURIComponent(run)}/pulses`, this.base)
    address.search = new URLSearchParams({ pulses: points.epochs.length, counts: points.countedEpochs.length })
    const response = await fetch(address)
    if (!response.ok) throw new Error(`the server answers ${response.status}`)
    const told = await response.json()
    if (points !== this.points) return true // of a run that is no longer looked at
    const isNew = add(points, told)
    if (isNew) this.show()
    return isNew
  }

  show() {
    const { box, data, points, base } = this
    drawPulse(box.querySelector(".chart"), data, points, base)
    const { words } = data
    const heads = [words.layer, words.now, words.before, words.moved]
    if (data.sizes.length > 1) heads.push(words.dead, words.saturated)
    write(box.querySelector("thead tr"), heads.map(text => cell("th", text)))
    const rows = data.sizes.map((size, layer) => rowOf(data, points, layer, size))
    write(box.querySelector("tbody"), rows)
    box.querySelector(".table").setAttribute("aria-label", words.alt)
    box.querySelector("p").textContent = points.neurons ? words.counted
      .replace("{images}", points.neurons[1].toLocaleString("en"))
      .replace("{step}", points.neurons[0].toLocaleString("en")) : ""
  }
}

const nothing = layers => ({
  epochs: [], gradients: lists(layers), updates: lists(layers), expected: null,
  countedEpochs: [], countedImages: [], dead: lists(layers - 1), saturated: lists(layers - 1), neurons: null,
})

const lists = count => Array.from({ length: count }, () => [])

// Put what is new behind what is there; whether there was anything.
function add(points, told) {
  const isNew = told.epochs.length + told.countedEpochs.length > 0 || (!points.expected && told.expected)
  const put = (list, before, more) => list.splice(before, Infinity, ...more)
  put(points.epochs, told.before, told.epochs)
  for (const name of LINES) {
    for (const [layer, line] of told[name].entries()) put(points[name][layer], told.before, line)
  }
  for (const name of ["countedEpochs", "countedImages"]) put(points[name], told.countsBefore, told[name])
  for (const name of COUNTS) {
    for (const [layer, line] of told[name].entries()) put(points[name][layer], told.countsBefore, line)
  }
  points.expected = told.expected
  points.neurons = told.neurons
  return Boolean(isNew)
}

function rowOf(data, points, layer, size) {
  const { words } = data, newest = list => list[list.length - 1]
  const numbers = [newest(points.gradients[layer]), points.expected?.[layer], newest(points.updates[layer])]
  const row = document.createElement("tr")
  row.append(cell("th", nameOf(data, layer)), ...numbers.map(number => cell("td", significant(number) ?? words.unknown)))
  row.firstElementChild.scope = "row"
  for (const name of data.sizes.length > 1 ? COUNTS : []) {
    const count = points[name][layer]?.length ? newest(points[name][layer]) : null
    const text = layer === data.sizes.length - 1 ? words.nothing : count === null ? words.unknown
      : words.of.replace("{count}", count.toLocaleString("en")).replace("{size}", size.toLocaleString("en"))
    row.append(Object.assign(cell("td", text), { className: count ? "some" : "" }))
  }
  return row
}

// As nnlab/ui/numbers.py writes them: three digits, and a power of ten where it is very small; undefined for no number.
function significant(number) {
  if (number === null || number === undefined) return undefined
  if (number && (Math.abs(number) < 1e-3 || Math.abs(number) >= 1e5)) {
    const [digits, exponent] = number.toExponential(1).replace("+", "").split("e")
    return `${digits} × 10${[...exponent].map(figure => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(figure)]).join("")}`
  }
  return `${Number(number.toPrecision(3))}`
}

const cell = (tag, textContent) => Object.assign(document.createElement(tag), { textContent })

// Rows and cells are replaced where they say something else: who reads the table hears no more than has changed.
function write(box, parts) {
  parts.forEach((part, index) => {
    const old = box.children[index]
    if (!old) box.append(part)
    else if (!old.isEqualNode(part)) old.replaceWith(part)
  })
  while (box.childElementCount > parts.length) box.lastElementChild.remove()
}
