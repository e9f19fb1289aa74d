// A network that learns in the browser to tell the points of a plane apart, before the visitor's eyes: every neuron, every
// weight, the border that comes of them. See nnlab/ui/components/plane.py for what is sent.

import { fixed } from "./axes.js"
import { percentOf } from "./network.js"
import { Diagram, mostOf, Numbers } from "./plane_diagram.js"
import { Batches, columnsOf, last, PlaneNetwork, sigmoid } from "./plane_network.js"
import { LossCurves, paintMap, paintPoints, placesOf } from "./plane_paint.js"
import { Space } from "./plane_space.js"
import { changes, PointLearner } from "./point_learner.js"
import { PointPen, WIPE } from "./point_pen.js"
import { counter, fill, followTheme, HTML as BAR, TrainingBar } from "./training_bar.js"

const SPEEDS = [1, 5, 30, 150] // epochs a second
const USUAL_SPEED = 30
const MOST_LAYERS = 4
const MOST_NEURONS = 8
const NUDGE = 0.1 // of the plane, by an arrow key
const BRUSHES = ["blue", "orange", WIPE]
const HTML = `<div class="bar training">${BAR}</div>
  <p class="state"></p>
  <div class="sizes" role="group"></div>
  <div class="parts"><div class="inner"><div class="diagram" role="group"></div><p class="legend"></p>
  <div><svg class="curve" role="img"></svg></div><div class="numbers" role="group"></div></div>
  <figure><div class="map"><canvas class="colors"></canvas><canvas class="space" hidden></canvas><canvas class="points" tabindex="0" role="application"></canvas></div>
  <figcaption></figcaption>
  <div class="bar views" role="group"></div><div class="bar tools" hidden></div>
  <div class="bar brushes" role="group"><span></span><button type="button"></button><button type="button"></button>
  <button type="button"></button><button type="button" class="clear"></button>
  <label class="tests"><input type="checkbox"> <span></span></label>
  <label class="sharp"><input type="checkbox"> <span></span></label></div></figure></div>
  <div class="speaker" aria-live="polite"></div>`

export function show({ parentElement, data, setStateValue }) {
  const box = parentElement.querySelector(".nnlab-plane")
  box.plane ??= new Plane(box)
  box.plane.tell(data, setStateValue)
}

class Plane extends PointLearner {
  constructor(box) {
    super()
    Object.assign(this, { box, seed: 1 })
    box.innerHTML = HTML
    const find = name => box.querySelector(name)
    for (const name of ["state", "sizes", "map", "colors", "points", "numbers", "curve", "legend"]) {
      this[name] = find(`.${name}`)
    }
    this.caption = find("figcaption")
    this.brushes = [...box.querySelectorAll(".brushes > button")]
    for (const name of ["tests", "sharp"]) {
      this[name] = find(`.${name} input`)
      this[name].addEventListener("change", () => this.draw())
    }
    this.speaker = find(".speaker")
    this.diagram = new Diagram(find(".diagram"), spot => this.look(spot), spot => this.open(spot))
    this.fields = new Numbers(this.numbers, () => this.measure())
    this.losses = new LossCurves(this.curve)
    this.space = new Space({ views: find(".views"), tools: find(".tools"), canvas: find(".space"), points: this.points },
      () => this.turn(), layer => this.send("view", layer === null ? 0 : layer + 1))
    this.bar = new TrainingBar(find(".training"), this, SPEEDS, USUAL_SPEED)
    this.pen = new PointPen({
      element: this.points,
      nudge: NUDGE,
      reach: () => [this.data.reach, this.data.reach],
      placeAt: event => this.placeAt(event),
      make: (brush, x, y) => ({ x, y, class: Number(brush === "blue"), isTest: false }),
      changed: () => this.changePoints(),
      asked: place => this.ask(place),
      speak: () => (this.speaker.textContent = this.caption.textContent),
    })
    for (const [index, name] of BRUSHES.entries()) this.brushes[index].addEventListener("click", () => this.take(name))
    this.brushes[BRUSHES.length].addEventListener("click", () => this.pen.change([]))
    new ResizeObserver(() => this.draw()).observe(box)
    this.dress = followTheme(box, () => this.draw())
  }

  // What the page says: other points, other inputs, another activation, another rate, another language.
  tell(data, send) {
    const hasChanged = changes(this.data, data)
    Object.assign(this, { data, send })
    this.box.classList.toggle("talkative", data.sparsity > 0 || data.activation === "relu") // weights at 0, dead neurons
    if (hasChanged("reach")) this.places = placesOf(data.reach)
    if (hasChanged("own")) this.pen.brush = data.own ? "blue" : null
    if (hasChanged("asked")) {
      this.hidden = [...data.hidden]
      this.space.ask(data.view)
    }
    if (hasChanged("points", "tests", "inputs", "activation", "asked")) this.begin(this.seed)
    if (hasChanged("words")) this.name()
    this.nameBrushes()
    this.dress()
    this.draw()
  }

  newNetwork(seed) {
    const { data, hidden } = this
    return new PlaneNetwork([data.inputs.length, ...hidden, 1], data.activation, seed)
  }

  // The points that are learned from, and those that test.
  gather() {
    const { points, tests, inputs } = this.data
    const asPoints = ([xs, ys, classes], isTest) => xs.map((x, index) => ({ x, y: ys[index], class: classes[index], isTest }))
    const prepared = list => ({
      list, columns: columnsOf(inputs, list.map(point => point.x), list.map(point => point.y)), targets: list.map(point => point.class),
    })
    this.learned = prepared([...asPoints(points, false), ...this.pen.own])
    this.tested = prepared(asPoints(tests, true))
    this.batches = new Batches(this.learned.list.length, this.seed)
  }

  build() {
    const { data, network, diagram, places } = this
    this.grid = columnsOf(data.inputs, places.xs, places.ys)
    diagram.chosen = null
    diagram.build(network, data.inputs.map(name => data.names[name]), data.words)
    this.space.build(network, data)
    this.spot = null
    this.open(null)
    this.nameSizes()
  }

  // Whether a neuron of a hidden layer says 0 to every point that is learned from: then none of them can teach it.
  deadOf() {
    const { network, learned, data } = this
    if (data.activation !== "relu" || !learned.list.length) return () => false
    const passed = network.forward(learned.columns)
    return (layer, unit) => passed[layer][unit].every(output => output === 0)
  }

  // Looking

  // On the map: a neuron, {layer, unit}, an input, whose layer is -1, or with null what comes of them all.
  look(spot) {
    this.spot = spot
    this.asked = this.pen.cursor = null
    this.draw()
  }

  // As numbers: a neuron's own; the output's, if none was chosen.
  open(spot) {
    const { network, diagram, data: { words } } = this
    const shown = spot?.layer >= 0 ? spot : { layer: network.layers.length - 1, unit: 0 }
    const name = spot?.layer >= 0 ? diagram.nameOf(spot) : words.output
    this.fields.show(network, shown, diagram.inputs, name, this.data)
    this.draw()
  }

  // Another view of the points: the plane, or what a layer makes of it.
  turn() {
    this.pen.cursor = this.asked = null
    this.draw()
  }

  draw() {
    const { box, data, network, diagram, space } = this
    if (!data || !network || !box.clientWidth || !this.found) return
    const dark = box.classList.contains("dark")
    box.classList.toggle("bent", space.layer !== null)
    const passed = network.forward(this.grid)
    diagram.draw([this.grid, ...passed.slice(0, -1)], dark, this.deadOf())
    const painted = this.painted(this.grid, passed)
    this.most = mostOf(painted)
    if (space.layer === null) paintMap(this.colors, painted, this.most, dark)
    this.drawPoints()
    this.fields.draw()
    this.drawLosses()
    this.say()
  }

  // Of each place: what the neuron says that is looked at, else the answer, from -1, orange, to 1, blue.
  painted(columns, passed) {
    const { spot } = this, answer = this.sharp.checked ? Math.sign : logit => 2 * sigmoid(logit) - 1
    return spot ? [columns, ...passed][spot.layer + 1][spot.unit] : last(passed)[0].map(answer)
  }

  drawPoints() {
    const { network, learned, tested, data, space, most } = this, dark = this.box.classList.contains("dark")
    const sets = (this.tests.checked ? [tested, learned] : [learned]).filter(({ list }) => list.length)
    const judged = sets.map(({ list, columns }) => {
      const passed = network.forward(columns), [logits] = last(passed)
      return { columns, passed, list: list.map((point, index) => ({ ...point, isMisread: logits[index] > 0 !== (point.class === 1) })) }
    })
    if (space.layer === null) paintPoints(this.points, judged.flatMap(({ list }) => list), data.reach, dark, this.pen.cursor)
    else space.draw(judged, (...places) => this.painted(...places).map(value => value / most), dark)
  }

  say() {
    const { data: { words }, found, test, learned, box, spot, asked } = this
    const percent = share => `${(100 * share).toFixed(1)}%` // of some hundred points: only all of them make 100.0%
    const loss = value => value.toFixed(3)
    const isBroken = learned.list.length > 0 && !Number.isFinite(found.loss)
    let text = words.empty
    if (isBroken) text = words.broken
    else if (learned.list.length) {
      const values = { epoch: this.epoch.toFixed(1), loss: loss(found.loss), right: percent(found.accuracy), count: learned.list.length }
      text = fill(words.state, values)
      if (test) text += ` ${fill(words.state_test, { loss: loss(test.loss), right: percent(test.accuracy), count: this.tested.list.length })}`
      const dead = box.querySelectorAll(".tile.dead").length
      if (dead) text += ` ${fill(words.dead, { count: dead })}`
      const weights = this.network.layers.flatMap(layer => layer.weights.flatMap(row => [...row]))
      const zeros = weights.filter(weight => weight === 0).length
      if (zeros) text += ` ${fill(words.zeros, { count: zeros, all: weights.length })}`
    }
    if (this.state.textContent !== text) this.state.textContent = text
    const shown = isBroken ? words.broken : spot ? fill(words.map_neuron, { name: this.diagram.nameOf(spot), most: this.most.toFixed(1) })
      : this.sharp.checked ? words.map_sharp : words.map_output
    this.caption.textContent = isBroken ? shown : asked ? this.answer(asked) : (spot ? null : this.space.say()) ?? shown
    this.points.setAttribute("aria-label", this.space.name() ?? fill(words.map_alt, { shown }))
    this.bar.enable()
    last(this.brushes).disabled = !this.pen.own.length
    Object.assign(box.dataset, { epoch: this.epoch.toFixed(2), steps: this.steps, loss: found.loss, own: this.pen.own.length })
  }

  // What the network says of a place.
  answer([x, y]) {
    const columns = columnsOf(this.data.inputs, [x], [y]), logit = last(this.network.forward(columns))[0][0]
    return fill(this.data.words.answer, { x: fixed(x, 1), y: fixed(y, 1), probability: percentOf(sigmoid(logit)) })
  }

  ask(place) {
    this.asked = place
    this.drawPoints()
    this.say()
  }

  // Where the pointer is, [x, y].
  placeAt({ clientX, clientY }) {
    const { left, top, width } = this.points.getBoundingClientRect(), { reach } = this.data
    const along = share => reach * Math.max(-1, Math.min(1, 2 * share - 1))
    return [along((clientX - left) / width), -along((clientY - top) / width)]
  }

  // The layers' sizes

  resize(hidden) {
    this.hidden = hidden
    this.begin(this.seed)
    this.send("hidden", hidden)
  }

  nameSizes() {
    const { hidden, sizes, data: { words } } = this
    const at = [...sizes.querySelectorAll("button")].indexOf(document.activeElement) // these are made anew, the focus stays
    const layers = counter(words.layers, hidden.length, [0, MOST_LAYERS], words, count => (
      this.resize(count < hidden.length ? hidden.slice(0, count) : [...hidden, last(hidden) ?? 4])))
    const each = hidden.map((units, index) => (
      counter(fill(words.layer, { layer: index + 1 }), units, [1, MOST_NEURONS], words, count => (
        this.resize(hidden.map((old, place) => (place === index ? count : old)))))))
    sizes.replaceChildren(layers, ...each)
    sizes.querySelectorAll("button")[at]?.focus()
  }

  // Words

  name() {
    const { words } = this.data, { box } = this
    this.bar.name(words)
    box.querySelector(".brushes > span").textContent = words.brushes
    for (const [index, name] of [...BRUSHES, "clear"].entries()) this.brushes[index].textContent = words[name]
    this.tests.nextElementSibling.textContent = words.show_tests
    this.sharp.nextElementSibling.textContent = words.sharp
    const made = (tag, properties) => Object.assign(document.createElement(tag), properties)
    this.legend.replaceChildren(...[["up", "━", "above"], ["down", "╍", "below"], ["", "", "thicker"]].map(([className, textContent, name]) => {
      const part = made("span", {})
      part.append(made("i", { className, textContent, ariaHidden: "true" }), ` ${words[name]}`)
      return part
    }))
    this.curve.setAttribute("aria-label", words.curve_alt)
    this.sizes.setAttribute("aria-label", words.sizes)
    this.diagram.box.setAttribute("aria-label", words.diagram)
    this.build()
  }

  nameBrushes() {
    const { brush } = this.pen
    for (const [index, name] of BRUSHES.entries()) this.brushes[index].setAttribute("aria-pressed", brush === name)
    this.map.classList.toggle("drawing", brush !== null)
  }
}
