// Curves as SVG paths, what lies between two of them, and their values as a table. Points are [x values, y values].

import { node } from "./axes.js"

const MOST_ROWS = 11
const NEAR = 0.04 // of a curve's width

// A curve within the chart; a value that is missing, or no number on this scale, is a gap.
export function pathOf({ x, y }, [across, up]) {
  let isOpen = false
  const parts = across.map((value, index) => {
    const height = up[index]
    const isThere = height !== null && height !== undefined && Number.isFinite(y.part(height))
    const part = isThere ? `${isOpen ? "L" : "M"}${x.place(value).toFixed(1)} ${within(y, height).toFixed(1)}` : ""
    isOpen = isThere
    return part
  })
  return parts.join("")
}

// The pixel of a value; one beyond the axis lies just outside it, so that it is seen to leave.
function within(axis, value) {
  const part = Math.min(1.01, Math.max(-0.01, axis.part(value)))
  return axis.start + part * (axis.end - axis.start)
}

// What lies between the hand's curve and a measured one, as far as both go.
export function bandBetween({ x, y }, [across, hand], measured) {
  const both = across.map((value, index) => [value, hand[index], at(measured, value)])
  const there = both.filter(([, ...values]) => values.every(value => value !== null && Number.isFinite(y.part(value))))
  const edge = (rows, index) => rows.map(row => `${x.place(row[0]).toFixed(1)} ${within(y, row[index]).toFixed(1)}`)
  const points = [...edge(there, 1), ...edge(there.reverse(), 2)]
  return node("path", { d: points.length > 3 ? `M${points.join("L")}Z` : "" })
}

// The height of a curve at a place, on the line between its neighbours. A little beyond its ends, where a mean of some
// steps lies in their middle, it is that of the end; further on it is not known, null.
export function at([across, up], place) {
  const last = across.length - 1, near = NEAR * across[last]
  if (last < 0 || place < across[0] - near || place > across[last] + near) return null
  const after = across.findIndex(value => value >= place)
  if (after <= 0) return up[after ? last : 0]
  const [low, high] = [up[after - 1], up[after]]
  if (low === null || high === null) return null
  return low + ((high - low) * (place - across[after - 1])) / (across[after] - across[after - 1])
}

// What invites to draw, in the middle of an empty chart.
export function inviteDrawn({ x, y }, words, font) {
  const lines = words.split("\n"), middle = (x.start + x.end) / 2
  return lines.map((line, index) => node("text", {
    class: "invite", x: middle, y: (y.start + y.end) / 2 + (index - lines.length / 2 + 1) * 1.6 * font, "text-anchor": "middle",
  }, line))
}

// Where the pen or the keyboard is, with its numbers: at a value of x, and at a height from 0 to 1.
export function cursorDrawn({ x, y }, spot, font) {
  if (!spot) return []
  const across = x.place(spot.value), up = y.start + spot.height * (y.end - y.start)
  const isRight = across > (x.start + x.end) / 2
  return [
    node("line", { class: "guide", x1: across, x2: across, y1: y.start, y2: y.end }),
    node("circle", { class: spot.isEmpty ? "ghost" : "pen", cx: across, cy: up, r: 6 }),
    node("text", {
      class: "readout", x: across + (isRight ? -12 : 12), y: Math.max(y.end + font, up - 10),
      "text-anchor": isRight ? "end" : "start",
    }, `${x.text(spot.value)} · ${y.text(y.valueOf(spot.height))}`),
  ]
}

// The curves' values at some places, for whoever does not see them.
export function tableOf({ x, y }, drawn, lines, words) {
  const make = (tag, text, scope) => {
    const cell = Object.assign(document.createElement(tag), { textContent: text })
    if (scope) cell.scope = scope
    return cell
  }
  const row = (...cells) => {
    const made = document.createElement("tr")
    made.append(...cells)
    return made
  }
  const hasHand = drawn.some(value => value !== null)
  const columns = x.whole ? drawn.length : Math.min(MOST_ROWS, drawn.length)
  const said = value => (value === null || value === undefined ? "–" : y.text(value))
  const table = document.createElement("table")
  const names = [...(hasHand ? [words.own] : []), ...lines.map(line => line.name)]
  table.append(row(make("th", x.title, "col"), ...names.map(name => make("th", name, "col"))))
  for (let index = 0; index < columns; index++) {
    const part = index / (columns - 1), place = x.valueOf(part)
    const hand = hasHand ? [drawn[Math.round(part * (drawn.length - 1))]] : []
    const values = [...hand, ...lines.map(line => at(line.points, place))]
    table.append(row(make("th", x.text(place), "row"), ...values.map(value => make("td", said(value)))))
  }
  return table
}
