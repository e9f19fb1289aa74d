// A digit to draw on, and a network that reads it at once: all of it here in the browser, without a word to the server.
// See nnlab/ui/components/greeting.py for what is sent.

import { toMnist } from "./drawing.js"
import { KeyboardPen } from "./keyboard_pen.js"
import { Living } from "./living_network.js"
import { percentOf, read } from "./network.js"
import { keepNetwork, networkOf, paintSight } from "./reading_store.js"

const SIDE = 336 // pixels of the paper, as on the Draw page
const PEN = 20
const INK = "#111111", PAPER = "#ffffff" // in the dark theme the style inverts them

export function greet({ parentElement, data }, base) {
  const box = parentElement.querySelector(".nnlab-greeting")
  box.greeting ??= new Greeting(box)
  box.greeting.tell(data)
  keepNetwork(data.network, data.normalizations, base)
  networkOf(data.network.id).then(network => box.greeting.use(network), () => {})
}

class Greeting {
  constructor(box) {
    box.innerHTML = `<div class="nnlab-greeting-paper"><div><canvas width="${SIDE}" height="${SIDE}"></canvas></div>
      <button type="button"></button></div>
      <div class="reply"><p></p><div class="spoken" role="status"></div><div class="nnlab-living without"></div></div>`
    this.box = box
    this.paper = box.querySelector("canvas")
    this.said = box.querySelector(".reply p")
    this.spoken = box.querySelector(".spoken")
    this.clearing = box.querySelector("button")
    this.living = new Living(box.querySelector(".nnlab-living"))
    this.brush = this.paper.getContext("2d", { willReadFrequently: true })
    Object.assign(this.brush, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: INK })
    this.pen = null // the pointer that draws
    const listen = (name, handle) => this.paper.addEventListener(name, event => handle.call(this, event))
    listen("pointerdown", this.begin)
    listen("pointermove", this.draw)
    listen("pointerup", this.end)
    listen("pointercancel", this.end)
    this.keyboardPen = new KeyboardPen(this.paper, {
      begin: point => this.start(point.map(part => part * SIDE)),
      move: point => this.line(point.map(part => part * SIDE)),
      end: () => this.finish(),
    })
    this.clearing.addEventListener("click", () => this.clear())
    this.clear()
  }

  tell(data) {
    this.data = data
    this.keyboardPen.tell(data.say.canvas, data.say.pen)
    this.clearing.textContent = data.say.clear
    this.living.tell(data)
    this.box.classList.toggle("dark", this.living.isDark())
    this.say()
    this.living.draw()
  }

  use(network) {
    this.living.use(network)
    this.finish() // of what was drawn before it came
  }

  clear() {
    this.brush.fillStyle = PAPER
    this.brush.fillRect(0, 0, SIDE, SIDE)
    this.clearing.disabled = true
    this.result = null
    if (!this.data) return
    paintSight(this.living.sight, null)
    this.living.show({ layers: null, probabilities: null })
    this.say()
  }

  // The pen

  placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.paper.getBoundingClientRect()
    return [((clientX - left) * SIDE) / width, ((clientY - top) * SIDE) / height]
  }

  begin(event) {
    if (this.pen !== null || event.button !== 0) return
    this.pen = event.pointerId
    this.paper.setPointerCapture(this.pen)
    this.start(this.placeOf(event))
  }

  start(at) {
    this.last = at
    this.line(at)
  }

  draw(event) {
    if (event.pointerId !== this.pen) return
    for (const point of event.getCoalescedEvents?.() ?? [event]) this.line(this.placeOf(point))
  }

  end(event) {
    if (event.pointerId !== this.pen) return
    this.pen = null
    this.finish()
  }

  finish() {
    this.see()
    this.speak()
  }

  // Who hears the page hears results, not sixty a second.
  speak() {
    if (this.result && this.pen === null) this.spoken.textContent = this.said.textContent
  }

  line(to) {
    this.brush.beginPath()
    this.brush.moveTo(...this.last)
    this.brush.lineTo(...to)
    this.brush.stroke()
    this.last = to
    this.clearing.disabled = false
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null
      this.see()
    })
  }

  // What is read

  see() {
    const image = toMnist(this.brush.getImageData(0, 0, SIDE, SIDE).data, SIDE, SIDE)
    paintSight(this.living.sight, image)
    const { network } = this.living
    this.result = image && network ? read(network, image) : null
    if (this.result) this.living.show(this.result)
    else this.living.draw()
    this.say()
  }

  say() {
    const { digits, answer, no_digit, invitation, waiting } = this.data.say
    if (!this.result) {
      this.said.textContent = this.clearing.disabled ? invitation : waiting // for the network's file
      return
    }
    const { probabilities, isDoubtful } = this.result
    const digit = probabilities.indexOf(Math.max(...probabilities))
    const words = answer.replace("{name}", digits[digit]).replace("{probability}", percentOf(probabilities[digit]))
    const large = Object.assign(document.createElement("b"), { textContent: digit })
    this.said.replaceChildren(large, ` ${isDoubtful ? no_digit : words}`)
  }
}
