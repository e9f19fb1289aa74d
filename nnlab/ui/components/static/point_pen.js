// Points that a visitor puts on a surface and wipes off it: with a pen, the mouse, a finger or the keyboard.

const MOST = 300 // points
const APART = 1 / 12 // of half the surface, between two points of one stroke
const NEAR = 1 / 10 // of half the surface: a point that is so near is wiped
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
export const WIPE = "wipe"

export class PointPen {
  // surface: {element; reach(): how far x and y go from 0; nudge: how far an arrow key goes, five times as far with Shift;
  // placeAt(event): where the pointer is, [x, y]; make(brush, x, y): a point; changed(): the points are others; asked(place):
  // this place is looked at, or null}. The brush is null while nothing is put.
  constructor(surface) {
    Object.assign(this, { surface, own: [], brush: null, cursor: null })
    const listen = (name, handle) => surface.element.addEventListener(name, event => handle.call(this, event))
    listen("pointerdown", this.press)
    listen("pointermove", this.move)
    listen("pointerup", this.release)
    listen("pointercancel", this.cancel)
    listen("pointerleave", this.leave)
    listen("keydown", this.type)
    listen("blur", () => this.ask(null))
  }

  ask(place) {
    if (!place) this.cursor = null
    this.surface.asked(place)
  }

  // One finger puts points; what another one does meanwhile, or the ball of the hand, is not heard.
  press(event) {
    if (event.button !== 0 || !event.isPrimary) return
    const place = this.surface.placeAt(event)
    if (this.brush) {
      event.preventDefault()
      this.surface.element.setPointerCapture(event.pointerId)
      this.last = place
      this.put(place)
    }
    this.askWith(event, place)
  }

  move(event) {
    if (!event.isPrimary) return
    const place = this.surface.placeAt(event)
    if (this.last && this.between(place, this.last) >= APART) {
      this.last = place
      this.put(place)
    }
    this.askWith(event, place)
  }

  // A finger hides the place that it asks for: a cross shows it.
  askWith({ pointerType }, place) {
    if (pointerType === "touch") this.cursor = this.brush ? null : place
    this.ask(place)
  }

  release({ isPrimary }) {
    if (isPrimary) this.last = null
  }

  // The finger scrolls the page, so it asks for nothing.
  cancel(event) {
    this.release(event)
    if (event.isPrimary) this.ask(null)
  }

  // What a finger has asked for is read when it is no longer in the way.
  leave({ isPrimary, pointerType }) {
    if (isPrimary && (pointerType !== "touch" || this.brush)) this.ask(null)
  }

  // How far two places are apart, in halves of the surface.
  between([x, y], [otherX, otherY]) {
    const [across, up] = this.surface.reach()
    return Math.hypot((x - otherX) / across, (y - otherY) / up)
  }

  put([x, y]) {
    const { own, brush, surface } = this
    if (brush === WIPE) this.change(own.filter(point => this.between([point.x, point.y], [x, y]) > NEAR))
    else if (own.length < MOST) this.change([...own, surface.make(brush, x, y)])
  }

  change(own) {
    this.own = own
    this.surface.changed()
  }

  type(event) {
    const { key } = event, { element, reach, nudge } = this.surface
    if (event.target !== element) return // something on the surface answers its keys itself
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (key in ARROWS) {
      const far = nudge * (event.shiftKey ? 5 : 1)
      this.cursor = (this.cursor ?? [0, 0]).map((value, axis) => (
        Math.max(-reach()[axis], Math.min(reach()[axis], value + far * ARROWS[key][axis]))))
    } else if (key === " " || key === "Enter") {
      this.cursor ??= [0, 0]
      if (this.brush) this.put(this.cursor)
    } else return
    event.preventDefault()
    this.ask(this.cursor)
    this.surface.speak()
  }
}
