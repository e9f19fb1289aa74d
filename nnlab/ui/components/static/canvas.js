// The canvas as the page has it: without its own toolbar, with a name for those who cannot see it, and drawn on by one
// pointer at a time. See nnlab/ui/components/canvas.py for what is sent.

import { isOfPen, KeyboardHand, KeyboardPen, KEYS } from "./keyboard_pen.js"

const SURFACE_TRIES = 1200 // a minute: on a busy machine the canvas may come into the page much later than this does
const REST = 10 // pixels that a touch may slip before it draws: half of the pen's usual width
const PEN_REIGNS = 1000 // milliseconds after a pen was seen in which touches are those of the hand that holds it
const UNSENT = 1000 // milliseconds after a stroke in which the page may not know of it: the canvas sends after 200
const UNANSWERED = 10_000 // milliseconds after a press in which the page's answer may still come
const PRESSES = ["pointerdown", "click", "keydown"] // of what the page does with the drawing, and of links that leave it
const SURFACE = "canvas.upper-canvas" // of fabric.js
const SEND = ".dc-toolbar .dc-icon-button" // the first: sends the drawing at once
// These are heard on their way down to the canvas. A pointer that draws is captured: none of its events goes elsewhere.
const HEARD = [
  ...["pointerdown", "pointermove", "pointerup", "pointercancel", "lostpointercapture", "contextmenu"],
  ...["mousedown", "mousemove", "mouseup", "touchstart", "touchmove"],
]

let pressedAt = -Infinity // when something besides the canvas was pressed last that the page may not have answered yet
let revision // of what the page last told the canvas to start from

for (const type of PRESSES) {
  window.addEventListener(type, event => {
    if (event.isTrusted && !isDrawn(event, node => node.matches?.(SURFACE))) pressedAt = performance.now()
  }, true)
}

// Whether what was pressed draws on the canvas; a key that does not, as Undo's, is pressed wherever the focus is.
function isDrawn(press, isSurface) {
  return press.composedPath().some(isSurface) && (press.type !== "keydown" || isOfPen(press))
}

export function dress({ parentElement, data }) {
  if (data.revision !== revision) pressedAt = -Infinity
  revision = data.revision
  // Streamlit calls this again when the theme changes. Paper and ink stay what they are; the page's style inverts them.
  document.documentElement.dataset.paper = getComputedStyle(parentElement).colorScheme
  prepare(data)
}

function prepare({ place, label, pen }, tries = 0) {
  const places = document.querySelectorAll(`.${place}, .${place} *`)
  const root = [...places].map(element => element.shadowRoot).find(shadow => shadow?.querySelector(".dc-root"))
  if (!root) return tries < SURFACE_TRIES && setTimeout(() => prepare({ place, label, pen }, tries + 1), 50)
  if (!root.querySelector("style.nnlab")) {
    const style = Object.assign(document.createElement("style"), { className: "nnlab" })
    style.textContent = `.dc-toolbar { display: none !important }
      .dc-canvas { outline-color: rgba(128, 128, 128, 0.5) !important } /* the same when it is inverted */`
    root.append(style)
  }
  const surface = root.querySelector(SURFACE) ?? root.querySelector("canvas")
  surface.style.cursor = "crosshair"
  surface.hand ??= new Hand(surface)
  surface.keyboardPen ??= new KeyboardPen(surface, new KeyboardHand(surface, surface.hand))
  surface.keyboardPen.tell(label, pen)
}

// The canvas (fabric.js) takes mouse and touch events of all pointers for those of one, and may miss the end of a
// stroke. So it gets none of them: a hand follows the pointers, decides which of them draws, and sends the canvas that
// one's way as a mouse's.
class Hand {
  constructor(surface) {
    this.surface = surface
    this.drawing = null // the pointer that draws: its last event
    this.path = [] // its events since it came down
    this.resting = new Map() // touches by pointer id: the events of each that may draw yet
    this.penSeen = -Infinity // when a pen was near last
    this.unsent = 0 // the timer until the page knows the last stroke for certain
    this.hasHeardPress = false // a stroke that began before the hand was here is the canvas's own, to its end
    this.heedPress = press => this.sendBefore(press)
    for (const type of HEARD) surface.parentElement.addEventListener(type, this, { capture: true, passive: false })
  }

  handleEvent(event) {
    if (event.isTrusted || event.type === "blur") this[event.type](event) // what is not trusted is what `send` sends
  }

  pointerdown(event) {
    if (event.pointerId === this.drawing?.pointerId) this.end() // whose end was not heard
    if (event.button !== 0) return
    if (event.pointerType !== "touch") {
      if (event.pointerType === "pen") this.penSeen = event.timeStamp
      if (!this.drawing || (event.pointerType === "pen" && this.drawing.pointerType === "touch")) this.begin([event])
    } else if (!this.drawing && event.timeStamp - this.penSeen > PEN_REIGNS) {
      this.resting.set(event.pointerId, [event])
    }
  }

  pointermove(event) {
    if (event.pointerType === "pen") this.penSeen = event.timeStamp
    const path = this.resting.get(event.pointerId)
    if (event.pointerId === this.drawing?.pointerId) {
      if (event.buttons & 1) this.draw(event)
      else this.end()
    } else if (path) {
      path.push(event)
      if (Math.hypot(event.clientX - path[0].clientX, event.clientY - path[0].clientY) > REST) this.begin(path)
    }
  }

  pointerup(event) {
    if (event.pointerType === "pen") this.penSeen = event.timeStamp
    if (this.resting.has(event.pointerId)) this.begin(this.resting.get(event.pointerId)) // a tap is a dot
    this.lostpointercapture(event)
  }

  pointercancel(event) {
    this.resting.delete(event.pointerId)
    this.lostpointercapture(event)
  }

  lostpointercapture(event) {
    if (event.pointerId === this.drawing?.pointerId) this.end()
  }

  blur() {
    this.end()
  }

  // Whoever presses Undo just after a stroke means that stroke: the page has to know of it first.
  sendBefore(press) {
    if (!press.isTrusted || isDrawn(press, node => node === this.surface)) return // the stroke's own end, or another one
    this.sent()
    this.tell()
  }

  contextmenu(event) {
    if (!this.drawing && !this.resting.size) return
    event.preventDefault() // it would keep the stroke's end to itself
    event.stopPropagation()
  }

  // Whoever points leaves what had the focus, but the canvas takes it from the keyboard alone: else the next press of
  // the space bar would draw.
  mousedown(event) {
    this.hasHeardPress = true
    event.stopPropagation()
    event.preventDefault()
    document.activeElement?.blur()
  }

  mousemove(event) {
    if (this.hasHeardPress || !(event.buttons & 1)) event.stopPropagation()
  }

  mouseup(event) {
    if (this.hasHeardPress) event.stopPropagation()
    this.hasHeardPress = true
  }

  touchstart(event) {
    event.preventDefault() // no mouse events after it, no menu of a long press
    event.stopPropagation()
  }

  touchmove(event) {
    if (event.cancelable) event.preventDefault()
  }

  begin([first, ...others]) {
    const replaced = this.drawing
    this.resting.clear() // what is down while another pointer draws leaves no dot when it is lifted
    this.drawing = first
    this.path = [first]
    // A touch is captured as it is, and a key is no pointer.
    if (!["touch", KEYS].includes(first.pointerType)) this.surface.setPointerCapture(first.pointerId)
    window.addEventListener("blur", this)
    this.send("mousedown", first)
    if (replaced) this.wipe(first)
    for (const event of others) this.draw(event)
  }

  draw(event) {
    this.drawing = event
    this.path.push(event)
    this.send("mousemove", event)
  }

  // A mouse that is pressed again makes the canvas forget the stroke in progress, but neither what it has painted of it
  // nor where it stopped painting.
  wipe({ clientX, clientY }) {
    this.send("mousemove", { clientX: clientX + 0.5, clientY })
    const { width, height } = this.surface
    this.surface.getContext("2d").clearRect(0, 0, width, height)
  }

  end() {
    if (!this.drawing) return
    const [first, ...others] = this.path
    this.drawing = null
    window.removeEventListener("blur", this)
    if (!this.hasInk(first)) { // the page changed the canvas meanwhile, by Clear, and the stroke's beginning is gone
      this.send("mousedown", first)
      for (const event of others) this.send("mousemove", event)
    }
    this.send("mouseup", this.path[this.path.length - 1])
    this.sent()
    this.unsent = setTimeout(() => this.sent(), UNSENT)
    for (const type of PRESSES) window.addEventListener(type, this.heedPress, true)
    // The answer to Undo wipes the canvas, and with it what has not been sent. It is the page that brings back a stroke
    // that ended before the answer came, so the page hears of the stroke at once, when the canvas has taken it up.
    if (performance.now() - pressedAt < UNANSWERED) queueMicrotask(() => this.tell())
  }

  tell() {
    this.surface.getRootNode().querySelector(SEND)?.click()
  }

  sent() {
    clearTimeout(this.unsent)
    for (const type of PRESSES) window.removeEventListener(type, this.heedPress, true)
  }

  hasInk({ clientX, clientY }) {
    const { left, top, width, height } = this.surface.getBoundingClientRect()
    const [x, y] = [(clientX - left) * (this.surface.width / width), (clientY - top) * (this.surface.height / height)]
    return this.surface.getContext("2d").getImageData(x, y, 1, 1).data[3] > 0
  }

  // As a PointerEvent, whose coordinates are not rounded.
  send(type, { clientX, clientY, shiftKey }) {
    const buttons = type === "mouseup" ? 0 : 1
    const options = { clientX, clientY, shiftKey, buttons, isPrimary: true, bubbles: true, composed: true }
    this.surface.dispatchEvent(new PointerEvent(type, { ...options, cancelable: true, view: window }))
  }
}
