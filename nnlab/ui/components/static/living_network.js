// The network itself, alive: pixels, neurons, connections and the ten digits, as they are for the image that is read.
// See nnlab/ui/components/living_network.py for what is sent.

import { healthInWords, LOST, lostOf } from "./living_health.js"
import { layOut, neighbour, neuronAt } from "./living_layout.js"
import { describe, showArithmetic } from "./living_neuron.js"
import { paint } from "./living_paint.js"
import { read } from "./network.js"
import { Chosen } from "./neurons.js"
import { keepNetwork, networkOf, paintSight, panelOf } from "./reading_store.js"
import { savePicture } from "./saving.js"

const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]
const DENSEST = 2 // pixels of the canvas for one of the page's
const LEGEND = [ // words and the marks before them
  ["above", "<i class=up>●</i>"], ["below", "<i class=down>■</i>"],
  ["bias", "<i class=up>▲</i><i class=down>▼</i>"], ["adds", "<i class=up>━</i>"], ["takes", "<i class=down>╍</i>"],
]
const LOST_LEGEND = [["dead", "✕"], ["saturated", "<b>—</b>"]] // where it is known what became of the neurons

export function live({ parentElement, data, setTriggerValue }, base) {
  const box = parentElement.querySelector(".nnlab-living"), panel = panelOf(data.place)
  const living = box.living ?? new Living(box)
  panel.living = living
  panel.sight = living.sight
  living.tell(data)
  if (!panel.isDrawing) living.rest()
  if (data.isAlone || data.network.address) {
    keepNetwork(data.network, data.normalizations, base, () => setTriggerValue("missing", data.network.id))
  }
  networkOf(data.network.id).then(network => {
    if (living.data !== data) return
    living.use(network)
    if (!panel.isDrawing) living.rest()
  }, () => {})
}

export class Living {
  constructor(box) {
    this.box = box
    box.living = this
    box.innerHTML = `<div class="stage"><canvas class="nnlab-sight" width="28" height="28" role="img"></canvas>
      <canvas class="picture" role="application" tabindex="0"></canvas><div class="tip" aria-hidden="true" hidden></div></div>
      <div class="speaker" aria-live="polite"></div><p class="health"></p><p class="choice"></p>
      <div class="foot"><p class="legend"></p><label><input type="checkbox"><span></span></label>
      <button type="button" class="save" hidden></button></div><section hidden></section>`
    this.sight = box.querySelector(".nnlab-sight")
    this.canvas = box.querySelector(".picture")
    this.tip = box.querySelector(".tip")
    this.speaker = box.querySelector(".speaker")
    this.panel = box.querySelector("section")
    this.switch = box.querySelector("input")
    this.switch.addEventListener("change", () => this.draw())
    this.save = box.querySelector(".save")
    this.save.addEventListener("click", () => this.savePicture())
    this.layers = this.network = this.selected = this.focus = null
    this.health = null // {step, images, states}, as living_run.js has it
    const listen = (name, handle) => this.canvas.addEventListener(name, event => handle.call(this, event))
    listen("pointermove", this.point)
    listen("pointerleave", () => this.look(null))
    listen("click", this.press)
    listen("keydown", this.type)
    listen("blur", () => this.look(null))
    new ResizeObserver(() => this.draw()).observe(box)
  }

  // What the page says; the words may be in another language now, the colours of another theme.
  tell(data) {
    this.data = data
    const { words } = data
    this.canvas.setAttribute("aria-label", words.alt)
    this.sight.setAttribute("aria-label", words.sight)
    this.switch.nextElementSibling.textContent = words.pictures
    Object.assign(this.save, { hidden: !data.file, textContent: words.save })
    this.panel.setAttribute("aria-label", words.arithmetic)
    this.box.querySelector(".legend").replaceChildren(...[...LEGEND, ...(data.knowsHealth ? LOST_LEGEND : [])].map(([name, marks]) => {
      const part = document.createElement("span")
      part.innerHTML = `<span aria-hidden="true">${marks}</span> `
      part.append(words[name])
      return part
    }))
  }

  // Another network, or the same with other weights: then neurons that are still shown keep their places.
  use(network) {
    if (network === this.network) return
    const shape = network?.layers.map(({ units }) => units).join()
    const kept = shape === this.shape ? this.chosen : []
    if (shape !== this.shape) this.selected = this.focus = null
    Object.assign(this, { network, shape, layers: null })
    this.chosen = network?.layers.slice(1).map((next, layer) => new Chosen(next, kept[layer]?.neurons))
  }

  // What Python has read, or nothing.
  rest() {
    const { image, probabilities } = this.data
    const pixels = image && new Float32Array(Uint8Array.from(atob(image), character => character.charCodeAt(0)).buffer)
    paintSight(this.sight, pixels)
    this.layers = null
    if (this.network && pixels) {
      this.show(read(this.network, pixels))
      this.probabilities = probabilities ?? this.probabilities
    }
    this.draw()
  }

  // What has just been read in the browser, as `read` gives it.
  show({ layers, probabilities }) {
    this.layers = layers
    this.probabilities = probabilities
    this.draw()
  }

  draw() {
    const { box, canvas, network, data } = this
    box.classList.toggle("without", !network)
    box.classList.toggle("dark", this.isDark())
    if (!network || !box.clientWidth) return
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const sizes = network.layers.map(layer => layer.units)
    const hasPictures = this.switch.checked && sizes.length > 1
    const states = this.health?.states
    this.plan = layOut(box.clientWidth, rem, sizes, hasPictures, states ? 3 : 2)
    this.neurons = this.plan.columns.map(({ places, size }, layer) => layer === sizes.length - 1
      ? [...Array(size).keys()]
      : this.chosen[layer].choose(places.length, this.layers?.[layer], lostOf(states, layer)))
    if (this.focus) this.focus.row = Math.min(this.focus.row, this.neurons[this.focus.layer].length - 1) // there may be fewer now
    this.fit(canvas)
    this.switch.parentElement.hidden = sizes.length < 2
    const selected = this.selected && {
      layer: this.selected.layer, row: this.neurons[this.selected.layer].indexOf(this.selected.neuron),
    }
    this.view = {
      network, layers: this.layers, probabilities: this.layers && this.probabilities, neurons: this.neurons,
      truth: data.truth, words: data.words, look: this.colors(), focus: this.focus ?? selected, states,
      images: this.health?.images,
    }
    const scale = canvas.width / this.plan.width
    const context = canvas.getContext("2d")
    context.setTransform(scale, 0, 0, scale, 0, 0)
    paint(context, this.plan, this.view)
    this.sayWhichAreShown(sizes)
    this.write(".health", healthInWords(this.health, data.words))
    this.showTip()
    this.panel.hidden = !this.selected
    if (this.selected) {
      const { layer, neuron } = this.selected
      showArithmetic(this.panel, this.view, layer, neuron, this.select.bind(this), () => this.select(null))
    }
  }

  savePicture() {
    const { width, height, sight } = this.plan
    savePicture(this.data.file, width, height, this.view.look.paper, (brush, scale) => {
      const painted = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale })
      const context = painted.getContext("2d")
      context.setTransform(scale, 0, 0, scale, 0, 0)
      paint(context, this.plan, this.view)
      brush.imageSmoothingEnabled = false
      brush.drawImage(this.sight, ...[sight.x, sight.y, sight.side, sight.side].map(length => length * scale))
      brush.drawImage(painted, 0, 0)
    })
  }

  fit(canvas) {
    const { width, height, sight } = this.plan, density = Math.min(DENSEST, devicePixelRatio || 1)
    const [wide, high] = [width, height].map(side => Math.round(side * density))
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high })
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
    Object.assign(this.sight.style, {
      left: `${sight.x}px`, top: `${sight.y}px`, width: `${sight.side}px`, height: `${sight.side}px`,
    })
  }

  isDark() {
    return getComputedStyle(this.box).colorScheme.includes("dark")
  }

  colors() {
    const style = getComputedStyle(this.box)
    const [{ up, down, pale }, paper] = [this.data.colors[this.isDark() ? "dark" : "light"],
      style.getPropertyValue("--st-background-color").trim() || "Canvas"]
    return { up, down, pale, paper, ink: style.color, faint: "rgba(128, 128, 128, 0.25)", family: style.fontFamily }
  }

  sayWhichAreShown(sizes) {
    const { words } = this.data
    const some = sizes.map((size, layer) => [this.neurons[layer].length, size]).filter(([shown, size]) => shown < size)
    const counts = some.map(([shown, size]) =>
      words.shown.replace("{shown}", shown).replace("{count}", size.toLocaleString("en")))
    const text = some.length ? (this.layers ? words.strongest : words.heaviest).replace("{counts}", counts.join(", ")) : ""
    const hasLost = some.length && this.health?.states.some(layer => [...layer].some(state => LOST.includes(state)))
    this.write(".choice", hasLost ? `${text} ${words.some_lost}` : text)
  }

  write(place, text) {
    const line = this.box.querySelector(place)
    if (line.textContent !== text) line.textContent = text
  }

  // Whoever points, presses or types

  under({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect()
    return this.plan && neuronAt(this.plan, clientX - left, clientY - top)
  }

  point(event) {
    const found = this.under(event)
    this.canvas.style.cursor = found ? "pointer" : "default"
    if (found?.layer !== this.focus?.layer || found?.row !== this.focus?.row) this.look(found)
  }

  press(event) {
    const found = this.under(event)
    if (found) this.select(found.layer, this.neurons[found.layer][found.row])
  }

  type(event) {
    if (!this.plan) return
    if (event.altKey || event.ctrlKey || event.metaKey) return // the browser's, as Alt and an arrow, which go back
    const focus = this.focus ?? { layer: 0, row: 0 }
    if (KEYS.includes(event.key)) this.look(this.focus ? neighbour(this.plan, focus, event.key) : focus)
    else if (event.key === "Enter" || event.key === " ") this.select(focus.layer, this.neurons[focus.layer][focus.row])
    else if (event.key === "Escape") this.select(null)
    else return
    event.preventDefault()
    if (this.focus) this.speak()
  }

  look(focus) {
    this.focus = focus
    this.draw()
  }

  select(layer, neuron) {
    this.selected = layer === null ? null : { layer, neuron }
    if (layer === null) this.canvas.focus({ preventScroll: true })
    this.draw()
    if (!this.selected) return
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches // the table may lie below the screen's edge
    this.panel.scrollIntoView({ block: "nearest", behavior: isCalm ? "instant" : "smooth" })
  }

  speak() {
    const { title, state, lines: [values, kind, ...inputs] } = describe(this.view, this.focus.layer, this.neuronInFocus())
    this.speaker.textContent = `${title}: ${values}. ${state && `${state} `}${kind} ${inputs.join("; ")}`
  }

  neuronInFocus() {
    return this.focus && this.neurons[this.focus.layer][this.focus.row]
  }

  showTip() {
    const isInTable = this.focus?.layer === this.selected?.layer && this.neuronInFocus() === this.selected?.neuron
    this.tip.hidden = !this.focus || isInTable
    if (this.tip.hidden) return
    const { title, state, lines } = describe(this.view, this.focus.layer, this.neuronInFocus())
    this.tip.replaceChildren(...[title, state, ...lines].filter(Boolean).map((textContent, index) =>
      Object.assign(document.createElement(index ? "div" : "b"), { textContent })))
    const { x, y } = this.plan.columns[this.focus.layer].places[this.focus.row], { offsetWidth, offsetHeight } = this.tip
    const left = x + this.plan.rem + offsetWidth < this.plan.width ? x + this.plan.rem : x - this.plan.rem - offsetWidth
    this.tip.style.left = `${Math.max(0, left)}px`
    this.tip.style.top = `${Math.max(0, Math.min(this.plan.height - offsetHeight, y - offsetHeight / 2))}px`
  }
}
