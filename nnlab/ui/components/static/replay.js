// A run played back: one slider moves the curve's mark, the network, its weights and its confusion matrix. The states come
// once and are shown by the browser alone. See nnlab/ui/components/replay_player.py for what is sent.

import { Living } from "./living_network.js"
import { accuracyOf, percentOf } from "./network.js"
import { Recording } from "./replay_feed.js"
import { ConfusionTable, Curve, WeightPictures } from "./replay_paint.js"
import { lastUntil, momentAt, neighbourState } from "./replay_time.js"
import { whileThere } from "./while_there.js"

const WHOLE = 12_000 // milliseconds of a whole run at speed 1
const FINENESS = 10_000 // of the slider
const THEME = 500 // milliseconds; Streamlit changes its theme by changing colours on ancestors
const QUIET = 500 // milliseconds after the last move until it is said where one is
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }
const HTML = `<div class="bar"><button type="button" class="play"></button>
  <label><span></span> <select class="speed"></select></label> <label><span></span> <select class="axis"></select></label></div>
  <p class="now"></p><svg class="curve" role="img"></svg>
  <input class="slider" type="range" min="0" max="${FINENESS}" step="1" value="0"><p class="which"></p>
  <div class="parts"><div class="network"><div class="nnlab-living without"></div></div>
  <figure class="confusion"><figcaption></figcaption><div></div></figure>
  <figure class="weights"><figcaption></figcaption><canvas role="img"></canvas></figure></div>
  <div class="speaker" aria-live="polite"></div>`

export function show({ parentElement, data }, base) {
  const box = parentElement.querySelector(".nnlab-replay")
  box.player ??= new Player(box)
  box.player.tell(data, base)
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
const whole = number => number.toLocaleString("en")

class Player {
  constructor(box) {
    this.box = box
    box.innerHTML = HTML
    const find = name => box.querySelector(name)
    this.living = new Living(find(".nnlab-living"))
    this.button = find(".play")
    this.speed = find(".speed")
    this.axis = find(".axis")
    this.slider = find(".slider")
    this.now = find(".now")
    this.which = find(".which")
    this.speaker = find(":scope > .speaker") // the network has one of its own
    this.curve = new Curve(find(".curve"), this.slider)
    this.pictures = new WeightPictures(find(".weights canvas"), find(".weights figcaption"))
    this.table = new ConfusionTable(find(".confusion div"), find(".confusion figcaption"))
    this.button.addEventListener("click", () => this.toggle())
    this.slider.addEventListener("input", () => this.seek(this.slider.value / FINENESS))
    find(".curve").addEventListener("click", event => this.info && this.seek(this.curve.placeAt(event.clientX)))
    this.slider.addEventListener("keydown", event => this.type(event))
    this.axis.addEventListener("change", () => this.changeAxis())
    this.place = 1
    this.isPlaying = false
    new ResizeObserver(() => this.draw()).observe(box)
    whileThere(box, THEME, () => this.isDark() !== box.classList.contains("dark") && this.draw())
  }

  // What the page says: another run, newer states of the same one, another image, another language.
  tell(data, base) {
    const { words } = data, isOther = this.data?.run !== data.run || this.data?.revision !== data.revision
    const before = this.data?.run
    this.data = data
    this.living.tell(data.living)
    this.name()
    if (isOther) {
      if (before !== data.run) this.place = 1
      this.pause()
      this.living.use(null)
      this.recording?.leave()
      this.recording = new Recording(data, base, () => this.hear())
      this.shown = null
    } else this.recording.language = data.language
    this.pictures.words = this.table.words = words
    this.table.name(data.living.words.classes)
    this.shown = null
    this.hear()
  }

  name() {
    const { words } = this.data
    const [speed, axis] = [[0.25, 0.5, 1, 2, 4, 8], ["step", "epoch", "time"]]
    fillMenu(this.speed, speed.map(value => [value, `${value}×`]), "1")
    fillMenu(this.axis, axis.map(value => [value, words[`axis_${value}`]]), "step")
    this.speed.previousElementSibling.textContent = words.speed
    this.axis.previousElementSibling.textContent = words.axis
    this.slider.setAttribute("aria-label", words.slider)
    this.curve.name(words)
    this.nameButton()
  }

  nameButton() {
    const { words } = this.data
    this.button.textContent = `${this.isPlaying ? "❚❚" : "▶"} ${this.isPlaying ? words.pause : words.play}`
  }

  get info() {
    return this.recording?.info
  }

  // Something more is here: the curve, a state, a matrix.
  hear() {
    const { info, recording } = this
    this.button.disabled = this.slider.disabled = !info || recording.loaded < 2
    if (info) this.pictures.choose(recording.networks)
    this.draw()
    if (!info && recording?.problem) this.now.textContent = this.data.words.failed
  }

  // Moving

  toggle() {
    if (this.isPlaying) return this.pause()
    if (this.place >= 1) this.place = 0
    this.isPlaying = true
    this.nameButton()
    this.slider.removeAttribute("aria-valuetext")
    this.frame(performance.now(), performance.now())
  }

  pause() {
    this.isPlaying = false
    cancelAnimationFrame(this.awaited)
    this.nameButton()
    this.saySoon()
  }

  frame(before, now) {
    if (!this.isPlaying || !this.box.isConnected) return
    const passed = ((now - before) / WHOLE) * Number(this.speed.value)
    this.place = Math.min(1, this.place + passed)
    this.draw()
    if (this.place >= 1) return this.pause()
    this.awaited = requestAnimationFrame(next => this.frame(now, Math.max(now, next)))
  }

  seek(place) {
    this.place = place
    if (this.isPlaying) this.pause()
    this.draw()
    this.saySoon()
  }

  type(event) {
    const places = this.info?.states.places[this.axis.value]
    if (!places) return
    if (event.key === " ") this.toggle()
    else if (event.key in KEYS) this.seek(places[neighbourState(places, this.place, KEYS[event.key])])
    else return
    event.preventDefault()
  }

  // The same moment on another axis.
  changeAxis() {
    const { info } = this
    if (!info) return
    const moment = momentAt(info, this.drawnAxis, this.place)
    const from = moment.isState ? info.states : info.curve
    this.place = from.places[this.axis.value][moment.isState ? moment.state : moment.point] ?? 0
    this.draw()
  }

  // Drawing

  isDark() {
    return getComputedStyle(this.box).colorScheme.includes("dark")
  }

  draw() {
    const { info, box, data } = this
    if (this.isDark() !== box.classList.contains("dark")) {
      box.classList.toggle("dark")
      this.shown = null
    }
    if (!info || !data || !box.clientWidth) return
    this.drawnAxis = this.axis.value
    const isCalm = this.isPlaying && matchMedia("(prefers-reduced-motion: reduce)").matches
    const places = info.states.places[this.drawnAxis]
    const place = isCalm ? places[lastUntil(places, this.place)] : this.place
    const moment = momentAt(info, this.drawnAxis, place)
    this.slider.value = Math.round(place * FINENESS)
    this.curve.draw(info, this.drawnAxis, place, moment)
    this.now.textContent = this.inWords(moment)
    this.drawState(moment)
  }

  // The last state until then that has arrived.
  drawState({ state }) {
    const { recording, info, data } = this
    let index = state
    while (index > 0 && !recording.networks[index]) index--
    const network = recording.networks[index], matrix = recording.matrices[info.states.step[index]]
    const step = whole(info.states.step[index])
    const load = recording.loaded < info.states.step.length
      ? ` ${fill(data.words.loading, { done: recording.loaded, count: info.states.step.length })}` : ""
    this.which.textContent = (network ? fill(data.words.state, { step }) : "") + load
    this.table.draw(matrix, step, recording)
    if (!network) return
    const key = `${index} ${this.pictures.revision}`
    if (this.shown === key) return
    this.shown = key
    this.living.use(network)
    this.living.rest()
    this.pictures.draw(network, this.box.classList.contains("dark"), step)
  }

  inWords({ step, seconds, loss, test }) {
    const { words } = this.data, { perEpoch } = this.info
    const parts = [fill(words.now, { step: whole(step), epoch: (step / perEpoch).toFixed(2), seconds: seconds.toFixed(1) })]
    if (loss !== null) parts.push(fill(words.now_loss, { loss: loss.toFixed(3) }))
    if (test) parts.push(fill(words.now_test, { accuracy: accuracyOf(test.accuracy), images: whole(test.images) }))
    return parts.join(" · ")
  }

  // Said when all rests, not at each frame.
  saySoon() {
    clearTimeout(this.quiet)
    this.quiet = setTimeout(() => {
      if (this.isPlaying || !this.info) return
      const { probabilities } = this.living, best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1
      const read = best < 0 ? ""
        : fill(this.data.words.read, { digit: this.data.living.words.classes[best], probability: percentOf(probabilities[best]) })
      this.slider.setAttribute("aria-valuetext", this.now.textContent)
      this.speaker.textContent = `${this.now.textContent}. ${this.which.textContent} ${read}`
    }, QUIET)
  }
}

function fillMenu(menu, choices, usual) {
  const value = menu.value || usual
  menu.replaceChildren(...choices.map(([name, text]) => new Option(text, name)))
  menu.value = value
}
