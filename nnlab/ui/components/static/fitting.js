// A network that learns in the browser to follow points with a curve, before the visitor's eyes: what each hidden neuron adds,
// where it bends, and how large the errors are. See nnlab/ui/components/fitting.py for what is sent.

import { fixed } from "./axes.js"
import { FittingChart } from "./fitting_chart.js"
import { FittingNetwork } from "./fitting_network.js"
import { Numbers } from "./plane_diagram.js"
import { Batches } from "./plane_network.js"
import { LossCurves } from "./plane_paint.js"
import { changes, PointLearner } from "./point_learner.js"
import { PointPen, WIPE } from "./point_pen.js"
import { counter, fill, followTheme, HTML as BAR, TrainingBar } from "./training_bar.js"

const SPEEDS = [1, 10, 100, 1000] // epochs a second
const USUAL_SPEED = 100
const LOSSES = { low: 0.2, high: 1 } // where their axis may end
const PUT = "put"
const HTML = `<div class="bar training">${BAR}</div>
  <p class="state"></p>
  <div class="columns"><figure><div class="picture"><svg class="chart" tabindex="0" role="application"></svg></div>
  <figcaption></figcaption>
  <div class="bar switches"><label><input type="checkbox" checked> <span></span></label>
  <label><input type="checkbox"> <span></span></label><label><input type="checkbox"> <span></span></label></div></figure>
  <div class="inner"><div class="sizes"></div><div class="neurons" role="group"></div><div class="numbers" role="group"></div>
  <div><svg class="curve" role="img"></svg></div>
  <div class="bar brushes" role="group"><span></span><button type="button"></button><button type="button"></button>
  <button type="button" class="clear"></button></div></div></div>
  <div class="speaker" aria-live="polite"></div>`

export function show({ parentElement, data, setStateValue }) {
  const box = parentElement.querySelector(".nnlab-fitting")
  box.fitting ??= new Fitting(box)
  box.fitting.tell(data, setStateValue)
}

class Fitting extends PointLearner {
  constructor(box) {
    super()
    Object.assign(this, { box, seed: 1, chosen: null })
    box.innerHTML = HTML
    const find = name => box.querySelector(name)
    for (const name of ["state", "sizes", "neurons", "numbers", "curve", "speaker", "brushes"]) this[name] = find(`.${name}`)
    this.caption = find("figcaption")
    this.switches = [...box.querySelectorAll(".switches input")]
    this.buttons = [...box.querySelectorAll(".brushes button")]
    this.bar = new TrainingBar(find(".training"), this, SPEEDS, USUAL_SPEED)
    this.chart = new FittingChart(find(".chart"), (unit, x) => this.bend(unit, x), unit => this.choose(unit))
    this.fields = new PartNumbers(this.numbers, () => this.measure())
    this.losses = new LossCurves(this.curve, LOSSES)
    this.pen = new PointPen({
      element: find(".chart"),
      nudge: 0.05,
      reach: () => [this.data.reach, this.data.height],
      placeAt: event => this.chart.placeAt(event),
      make: (_, x, y) => ({ x, y }),
      changed: () => this.changePoints(),
      asked: place => this.ask(place),
      speak: () => (this.speaker.textContent = this.caption.textContent),
    })
    for (const [index, name] of [PUT, WIPE].entries()) this.buttons[index].addEventListener("click", () => this.take(name))
    this.buttons[2].addEventListener("click", () => this.pen.change([]))
    for (const input of this.switches) input.addEventListener("change", () => this.draw())
    new ResizeObserver(() => this.resize()).observe(box)
    this.dress = followTheme(box, () => this.draw())
  }

  // What the page says: other points, another activation, another rate, another language.
  tell(data, send) {
    const hasChanged = changes(this.data, data)
    Object.assign(this, { data, send })
    if (hasChanged("own")) this.pen.brush = data.own ? PUT : null
    this.switches[2].disabled = !data.origin
    if (hasChanged("asked")) this.units = data.hidden
    if (hasChanged("points", "tests", "activation", "asked")) this.begin(this.seed)
    if (hasChanged("words")) this.name()
    this.nameBrushes()
    this.dress()
    this.resize()
  }

  newNetwork(seed) {
    const { data, units } = this
    return new FittingNetwork(units, data.activation, data.reach, seed)
  }

  // The points that are learned from, and those that test.
  gather() {
    const prepared = list => ({ list, columns: [Float64Array.from(list, point => point.x)], targets: list.map(point => point.y) })
    const asPoints = ([xs, ys]) => xs.map((x, index) => ({ x, y: ys[index] }))
    this.learned = prepared([...asPoints(this.data.points), ...this.pen.own])
    this.tested = prepared(asPoints(this.data.tests))
    this.batches = new Batches(this.learned.list.length, this.seed)
  }

  build() {
    const { chart, data, network } = this
    this.chosen = null
    chart.build(network.units, data.reach)
    this.nameSizes()
    this.nameNeurons()
    this.showNumbers()
  }

  // Which ReLU neurons say 0 at every point that is learned from: none of the points can teach them.
  deadOf() {
    const { network, learned, data } = this
    if (data.activation !== "relu" || !network.units || !learned.list.length) return []
    return network.forward(learned.columns)[0].map(outputs => outputs.every(output => output === 0))
  }

  // A neuron

  choose(unit) {
    this.chosen = unit
    this.showNumbers()
    this.draw()
  }

  bend(unit, x) {
    this.network.bend(unit, x)
    this.measure()
  }

  nameOf(unit) {
    return fill(this.data.words.neuron, { unit: unit + 1 })
  }

  showNumbers() {
    this.fields.show(this.network, this.chosen, this.chosen === null ? "" : this.nameOf(this.chosen), this.data)
  }

  nameNeurons() {
    this.neurons.replaceChildren(...Array.from({ length: this.network.units }, (_, unit) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: unit + 1 })
      button.setAttribute("aria-label", this.nameOf(unit))
      button.addEventListener("click", () => this.choose(this.chosen === unit ? null : unit))
      return button
    }))
  }

  nameSizes() {
    const { sizes, units, data: { words } } = this
    const at = [...sizes.querySelectorAll("button")].indexOf(document.activeElement) // these are made anew, the focus stays
    sizes.replaceChildren(counter(words.hidden, units, [0, this.data.most], words, count => {
      this.units = count
      this.begin(this.seed)
      this.send("hidden", count)
    }))
    sizes.querySelectorAll("button")[at]?.focus()
  }

  // Looking

  resize() {
    if (!this.data || !this.box.clientWidth) return
    this.chart.resize(this.data)
    this.draw()
  }

  draw() {
    const { data, network, chart, switches: [parts, squares, origin] } = this
    if (!chart.axes || !this.found) return
    const dead = this.deadOf(), curve = origin.checked ? data.origin : null
    chart.drawPoints(this.learned.list, this.pen.cursor)
    chart.draw(network, { parts: parts.checked, squares: squares.checked, origin: curve }, this.learned.list, this.chosen,
      unit => this.nameOf(unit), dead)
    for (const [unit, button] of [...this.neurons.children].entries()) this.mark(button, unit, dead[unit])
    this.fields.draw()
    this.drawLosses()
    this.say(dead.filter(Boolean).length)
  }

  mark(button, unit, isDead) {
    button.setAttribute("aria-pressed", this.chosen === unit)
    button.classList.toggle("dead", Boolean(isDead))
    button.title = isDead ? fill(this.data.words.dead_neuron, { name: this.nameOf(unit) }) : ""
  }

  say(dead) {
    const { data: { words }, found, test, learned, box, asked } = this
    const loss = value => value.toFixed(4)
    const isBroken = learned.list.length > 0 && !Number.isFinite(found.loss)
    let text = words.empty
    if (isBroken) text = words.broken
    else if (learned.list.length) {
      text = fill(words.state, { epoch: Math.floor(this.epoch + 1e-9), loss: loss(found.loss) })
      if (test) text += ` ${fill(words.state_test, { loss: loss(test.loss) })}`
      if (dead) text += ` ${fill(words.dead, { count: dead })}`
    }
    if (this.state.textContent !== text) this.state.textContent = text
    this.caption.textContent = isBroken ? words.broken : asked ? this.answer(asked) : words.picture
    this.chart.svg.setAttribute("aria-label", words.picture_alt)
    this.bar.enable()
    this.buttons[2].disabled = !this.pen.own.length
    Object.assign(box.dataset, { epoch: this.epoch.toFixed(2), steps: this.steps, loss: found.loss, own: this.pen.own.length, dead })
  }

  // What the network says at a place.
  answer([x, y]) {
    const [output] = this.network.outputs(Float64Array.of(x))
    return fill(this.data.words.answer, { x: fixed(x, 2), y: fixed(y, 2), output: fixed(output, 2) })
  }

  ask(place) {
    this.asked = place
    this.draw()
  }

  nameBrushes() {
    for (const [index, name] of [PUT, WIPE].entries()) this.buttons[index].setAttribute("aria-pressed", this.pen.brush === name)
    this.box.classList.toggle("drawing", this.pen.brush !== null)
  }

  // Words

  name() {
    const { words } = this.data
    this.bar.name(words)
    this.brushes.querySelector("span").textContent = words.brushes
    for (const [index, name] of ["put", "wipe", "clear"].entries()) this.buttons[index].textContent = words[name]
    for (const [index, name] of ["parts", "squares", "origin"].entries()) this.switches[index].nextElementSibling.textContent = words[name]
    this.curve.setAttribute("aria-label", words.losses_alt)
    this.neurons.setAttribute("aria-label", words.neurons)
    this.build()
  }
}

// The numbers of what a neuron adds, and of the output, as fields: they can be changed.
class PartNumbers extends Numbers {
  // unit: the hidden neuron, or null for none.
  show(network, unit, name, { words, functions }) {
    const [first] = network.layers, end = network.layers[network.layers.length - 1]
    const says = (tag, text) => Object.assign(document.createElement(tag), { textContent: text })
    const row = (...parts) => {
      const made = says("div", "")
      made.append(...parts.map(part => (typeof part === "string" ? says("span", part) : part.label ?? part)))
      return made
    }
    const weight = holder => this.field("", words.weight, holder, 0)
    const bias = this.field("", words.bias_out, end.biases, 0), rows = []
    this.fields = [bias]
    if (!network.units) {
      this.fields.unshift(weight(end.weights[0]))
      rows.push(row(says("b", words.whole), "=", this.fields[0], "x +", bias))
    } else {
      if (unit !== null) {
        const out = this.field("", words.weight_out, end.weights[0], unit)
        const parts = [out, weight(first.weights[unit]), this.field("", words.bias, first.biases, unit)]
        this.fields.push(...parts)
        rows.push(row(says("b", name), "=", out, `× ${functions[network.activation]}(`, parts[1], "x +", parts[2], ")"))
      }
      rows.push(row(says("b", words.whole), "=", words.sum, "+", bias))
    }
    this.box.setAttribute("aria-label", words.numbers)
    this.box.replaceChildren(...rows)
  }
}
