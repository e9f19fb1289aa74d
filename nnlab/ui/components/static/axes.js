// The axes of a chart in SVG: where a value lies, which numbers stand along them, and how they are written.

const STEPS = [1, 2, 2.5, 5, 10] // between two ticks, times a power of ten
const ROOM = { x: 72, y: 36 } // pixels that a tick wants
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

export class Axis {
  // One axis: {range: [low, high], scale: "linear" or "log", format: "number" or "percent", whole, title}, from one pixel to
  // another; "whole" if only whole numbers are ticks.
  constructor(told, start, end) {
    Object.assign(this, told, { start, end })
    const [low, high] = told.range.map(value => this.flat(value))
    this.low = low
    this.span = high - low
  }

  // A value as the scale takes it, and back.
  flat(value) {
    return this.scale === "log" ? Math.log10(value) : value
  }

  // Where a value lies: 0 at the low end, 1 at the high one.
  part(value) {
    return (this.flat(value) - this.low) / this.span
  }

  place(value) {
    return this.start + this.part(value) * (this.end - this.start)
  }

  valueOf(part) {
    const flat = this.low + part * this.span
    return this.scale === "log" ? 10 ** flat : flat
  }

  // The part of it at a pixel, within its ends.
  partAt(pixel) {
    return Math.min(1, Math.max(0, (pixel - this.start) / (this.end - this.start)))
  }

  // Values that a person would choose, not too many for the room.
  ticks(room) {
    const most = Math.max(2, Math.floor(Math.abs(this.end - this.start) / room))
    if (this.scale === "log") return this.decades(most)
    const rough = this.span / most, exponent = Math.floor(Math.log10(rough))
    const digit = STEPS.find(found => found * 10 ** exponent >= rough * (1 - 1e-9))
    const step = this.whole ? Math.max(1, Math.ceil(digit * 10 ** exponent)) : digit * 10 ** exponent
    this.decimals = this.whole ? 0 : Math.max(0, (digit === 2.5 ? 1 : 0) - exponent - (digit === 10 ? 1 : 0))
    const first = Math.ceil(this.low / step - 1e-9), last = Math.floor((this.low + this.span) / step + 1e-9)
    return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
  }

  decades(most) {
    const first = Math.ceil(this.low - 1e-9), last = Math.floor(this.low + this.span + 1e-9)
    const step = Math.max(1, Math.ceil((last - first) / most))
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => 10 ** (first + index * step))
  }

  // How a number stands beside a tick.
  tickText(value) {
    if (this.scale === "log") return ofTen(value)
    return this.format === "percent" ? percent(value, Math.max(0, this.decimals - 2)) : fixed(value, this.decimals)
  }

  // How a number is said: with as many digits as can be drawn and seen.
  text(value) {
    if (this.format === "percent") return percent(value, 1)
    if (this.scale === "log") return scientific(value)
    return fixed(value, Math.max(0, 2 - Math.floor(Math.log10(this.span))))
  }
}

// With so many decimals; what rounds to zero has no sign.
export const rounded = (value, decimals) => Number(value.toFixed(decimals)) + 0
export const fixed = (value, decimals) => (
  rounded(value, decimals)
    .toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−")
)
const percent = (value, decimals) => `${fixed(100 * value, decimals)}%`
export const raised = exponent => String(exponent).replace("-", "⁻").replace(/\d/g, digit => SUPERSCRIPTS[digit])

function ofTen(value) {
  return value >= 0.0099 && value < 1e4 ? value.toLocaleString("en") : `10${raised(Math.round(Math.log10(value)))}`
}

function scientific(value) {
  if (value >= 1e-3 && value < 1e5) return Number(value.toPrecision(2)).toLocaleString("en")
  const [digits, exponent] = value.toExponential(1).split("e")
  return `${digits} × 10${raised(Number(exponent))}`
}

// An element of SVG.
export function node(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

// Both axes of a chart of this size, told as above, with letters of ``font`` pixels.
export function axesOf({ x, y }, width, height, font) {
  const isNarrow = width < 480
  const left = 3.4 * font + (isNarrow ? 0 : 1.3 * font), bottom = height - 2.9 * font
  return { x: new Axis(x, left, width - font), y: new Axis(y, bottom, (isNarrow ? 2.1 : 0.9) * font), isNarrow }
}

// What they look like: grid, numbers and titles.
export function axesDrawn({ x, y, isNarrow }, font) {
  const grid = node("g", { class: "grid" }), words = node("g", { class: "numbers" })
  for (const value of x.ticks(ROOM.x * font / 14)) {
    const at = x.place(value)
    grid.append(node("line", { x1: at, x2: at, y1: y.start, y2: y.end }))
    words.append(node("text", { x: at, y: y.start + 1.25 * font, "text-anchor": "middle" }, x.tickText(value)))
  }
  for (const value of y.ticks(ROOM.y * font / 14)) {
    const at = y.place(value)
    grid.append(node("line", { x1: x.start, x2: x.end, y1: at, y2: at }))
    words.append(node("text", { x: x.start - 0.5 * font, y: at + 0.35 * font, "text-anchor": "end" }, y.tickText(value)))
  }
  grid.append(node("path", { class: "frame", d: `M${x.start} ${y.end}V${y.start}H${x.end}` }))
  words.append(node("text", { x: (x.start + x.end) / 2, y: y.start + 2.6 * font, "text-anchor": "middle" }, x.title))
  const middle = (y.start + y.end) / 2, side = 1.1 * font
  words.append(isNarrow // above it, where there is no room beside it
    ? node("text", { x: 0, y: font }, y.title)
    : node("text", { x: side, y: middle, "text-anchor": "middle", transform: `rotate(-90 ${side} ${middle})` }, y.title))
  return [grid, words]
}
