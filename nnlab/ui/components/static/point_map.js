// A map of images, each drawn as its digit. See nnlab/ui/components/point_map.py for what is sent.

import { follow } from "./map_feed.js"
import { MARGIN, paint, savePicture } from "./point_paint.js"
import { whileThere } from "./while_there.js"

const NEAR = 18 // pixels
const PICTURE = 28 // pixels of an image, in the sheet of all of them
const CARD = 146 // pixels, the width of the card with an image
const MOVE = 500 // milliseconds in which points go from one place to the next
const AFTER_ERROR = 4000 // milliseconds until the images are asked for again
const THEME = 500 // milliseconds; Streamlit changes its theme by changing colours on ancestors
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }

export function draw({ parentElement, data, setTriggerValue }, base) {
  const box = parentElement.querySelector(".nnlab-map")
  box.map ??= new PointMap(box)
  box.map.update(data, base)
  follow(box, data.feed, base, answer => box.map.hear(answer), () => setTriggerValue("over", Date.now()))
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

class PointMap {
  constructor(box) {
    this.box = box
    const add = (parent, tag, className = "") => parent.appendChild(Object.assign(document.createElement(tag), { className }))
    this.legend = add(box, "div", "legend")
    this.title = add(box, "div", "title")
    this.progress = add(box, "progress")
    this.canvas = add(box, "canvas")
    this.card = add(box, "div", "card")
    this.picture = add(this.card, "canvas")
    this.caption = add(this.card, "div")
    this.speaker = add(box, "div", "speaker")
    this.picture.width = this.picture.height = PICTURE
    this.card.hidden = true
    this.card.setAttribute("aria-hidden", "true")
    this.speaker.setAttribute("aria-live", "polite")
    this.canvas.setAttribute("role", "application")
    this.canvas.tabIndex = 0
    this.only = null // the digit that is drawn strongly; null for all
    this.chosen = null // the number of the point whose image is shown
    const listen = (name, handle) => this.canvas.addEventListener(name, event => handle.call(this, event))
    listen("pointermove", this.point)
    listen("pointerdown", this.point)
    // What a finger has asked for is looked at when it is no longer in the way.
    listen("pointerleave", ({ pointerType }) => pointerType === "touch" || this.choose(null))
    listen("pointercancel", () => this.choose(null)) // the finger scrolls the page
    listen("blur", () => this.choose(null))
    listen("keydown", this.type)
    new ResizeObserver(() => this.paint()).observe(box)
    whileThere(box, THEME, () => this.data && this.color() !== this.shade && this.paint())
  }

  update(data, base) {
    const before = this.data?.places
    this.data = data
    this.say(data.words.title, data.feed?.share)
    const address = new URL(data.sheet, base).href
    if (this.sheet?.src !== address) this.fetchSheet(address)
    this.canvas.setAttribute("aria-label", data.words.label)
    this.canvas.style.height = `${data.height}px`
    this.offerDigits()
    this.choose(null)
    this.move(before)
  }

  // The images; where they do not come, they are asked for again.
  fetchSheet(address) {
    const sheet = Object.assign(new Image(), { src: address })
    this.sheet = sheet
    sheet.onload = () => this.showCard()
    sheet.onerror = () => setTimeout(() => {
      if (this.box.isConnected && this.sheet === sheet) this.fetchSheet(address)
    }, AFTER_ERROR)
  }

  // What the picture says of itself; and of a map that is being made, how much is done, 0 to 1.
  say(words, share) {
    this.title.textContent = words
    this.progress.hidden = share === undefined
    this.progress.value = share ?? 0
    this.progress.setAttribute("aria-label", words)
  }

  // How the making of the map goes on.
  hear({ words, share, places }) {
    this.say(words, share)
    if (!places) return
    const before = this.data.places
    this.data = { ...this.data, places }
    this.move(before)
  }

  // Let the points go from where they were to where they are, so that the eye can follow: not if they are others.
  move(before) {
    const { places } = this.data
    cancelAnimationFrame(this.frame)
    const isSame = before === places || before?.length !== places.length || before.every((value, at) => value === places[at])
    if (isSame || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.paint()
    const start = performance.now()
    const go = now => {
      const share = Math.min(1, (now - start) / MOVE), ease = share * share * (3 - 2 * share)
      const between = places.map((value, at) => before[at] + (value - before[at]) * ease)
      this.paint(share < 1 ? between : places)
      if (share < 1) this.frame = requestAnimationFrame(go)
    }
    this.frame = requestAnimationFrame(go)
  }

  color() {
    return getComputedStyle(this.box).color
  }

  // The legend: a button for each digit, which draws all others pale.
  offerDigits() {
    const { words, colors, labels } = this.data
    const button = (content, label, isPressed, action) => {
      const made = Object.assign(document.createElement("button"), { type: "button", onclick: action })
      made.append(content)
      if (label) made.setAttribute("aria-label", label)
      if (isPressed !== null) made.setAttribute("aria-pressed", isPressed)
      return made
    }
    const only = digit => () => {
      this.only = this.only === digit ? null : digit
      this.offerDigits()
      this.paint()
      this.legend.querySelector(`[data-digit="${digit ?? ""}"]`)?.focus()
    }
    const digits = [...new Set(labels)].sort().map(Number).map(digit => {
      const sign = Object.assign(document.createElement("b"), { textContent: digit })
      sign.style.color = colors[digit]
      const made = button(sign, fill(words.class, { digit: words.names[digit] }), this.only === digit, only(digit))
      made.dataset.digit = digit
      return made
    })
    const all = button(words.all, "", this.only === null, only(null))
    all.dataset.digit = ""
    const save = button(words.save, "", null, () => savePicture(this))
    save.className = "save"
    this.legend.replaceChildren(all, ...digits, save)
  }

  // Where the points lie on the canvas, in pixels: both axes have one scale.
  layOut(places) {
    const { mark } = this.data, { clientWidth: width, clientHeight: height } = this.canvas
    const all = mark ? [...places, ...mark] : places
    const range = axis => {
      let least = Infinity, most = -Infinity
      for (let at = axis; at < all.length; at += 2) {
        least = Math.min(least, all[at])
        most = Math.max(most, all[at])
      }
      return [least, most]
    }
    const [left, right] = range(0), [bottom, top] = range(1)
    const across = (width - 2 * MARGIN) / (right - left || 1), up = (height - 2 * MARGIN) / (top - bottom || 1)
    const scale = Math.min(across, up)
    this.onCanvas = ([x, y]) => [
      width / 2 + (x - (left + right) / 2) * scale,
      height / 2 - (y - (bottom + top) / 2) * scale,
    ]
    this.spots = Array.from({ length: places.length / 2 }, (_, at) => this.onCanvas(places.slice(2 * at, 2 * at + 2)))
  }

  paint(places = this.data?.places) {
    if (!places || !this.canvas.clientWidth) return
    this.layOut(places)
    const ratio = devicePixelRatio || 1
    this.canvas.width = this.canvas.clientWidth * ratio
    this.canvas.height = this.canvas.clientHeight * ratio
    paint(this, this.canvas.getContext("2d"), ratio)
  }

  point(event) {
    const { left, top } = this.canvas.getBoundingClientRect()
    const x = event.clientX - left, y = event.clientY - top
    let nearest = null, least = NEAR
    this.spots?.forEach(([column, row], at) => {
      const distance = Math.hypot(column - x, row - y)
      if (distance < least) [nearest, least] = [at, distance]
    })
    if (nearest !== this.chosen) this.choose(nearest)
  }

  type(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return // the browser's, as Alt and an arrow, which go back
    if (event.key === "Escape") return this.choose(null)
    const arrow = ARROWS[event.key]
    if (!arrow && event.key !== "Home") return
    event.preventDefault()
    const { clientWidth: width, clientHeight: height } = this.canvas
    const start = this.data.mark ? this.onCanvas(this.data.mark) : [width / 2, height / 2]
    const isFirst = this.chosen === null || event.key === "Home"
    const next = isFirst ? this.nearestTo(start) : this.neighbour(this.spots[this.chosen], arrow)
    if (next === null) return
    this.choose(next)
    this.speaker.textContent = this.words(next)
  }

  nearestTo([x, y]) {
    const distances = this.spots.map(([column, row]) => Math.hypot(column - x, row - y))
    return distances.indexOf(Math.min(...distances))
  }

  // The nearest point within 45 degrees of a direction; null at the edge of the map.
  neighbour([x, y], [right, down]) {
    let nearest = null, least = Infinity
    this.spots.forEach(([column, row], at) => {
      const along = (column - x) * right + (row - y) * down
      const aside = Math.abs((column - x) * down) + Math.abs((row - y) * right)
      const length = along + aside
      if (along > 0 && aside <= along && length < least) [nearest, least] = [at, length]
    })
    return nearest
  }

  words(at) {
    const { words, numbers, labels, predicted } = this.data
    const truth = words.names[labels[at]], answer = words.names[predicted[at]]
    return fill(words.point, { number: numbers[at].toLocaleString("en"), truth, predicted: answer })
  }

  choose(at) {
    this.chosen = at
    this.canvas.dataset.chosen = at === null ? "" : this.data.numbers[at]
    this.paint()
    this.showCard()
  }

  showCard() {
    this.card.hidden = this.chosen === null || !this.spots
    if (this.card.hidden) return
    const brush = this.picture.getContext("2d"), { columns } = this.data
    const left = (this.chosen % columns) * PICTURE, top = Math.floor(this.chosen / columns) * PICTURE
    brush.clearRect(0, 0, PICTURE, PICTURE)
    if (this.sheet.complete && this.sheet.naturalWidth) {
      brush.drawImage(this.sheet, left, top, PICTURE, PICTURE, 0, 0, PICTURE, PICTURE)
    }
    this.caption.textContent = this.words(this.chosen)
    const [x, y] = this.spots[this.chosen]
    const isRight = x + 20 + CARD > this.canvas.clientWidth
    this.card.style.left = `${Math.max(0, isRight ? x - 20 - CARD : x + 20)}px`
    const highest = this.canvas.offsetTop, lowest = highest + this.canvas.clientHeight - this.card.offsetHeight
    this.card.style.top = `${Math.max(highest, Math.min(lowest, highest + y - 60))}px`
  }
}
