// The figure of a chart as tables: one for all lines, points and bars that have the same places along the axis, else one
// for each; of a picture of numbers, its rows and columns.

import { raised } from "./axes.js"

const MOST_ROWS = 200 // of a line; of a longer one as many, evenly spaced. Bars and squares are all there
const MOST_COLUMNS = 64 // of a picture, whose rows are no more than of a line

// plot: what plotly.js has drawn into. words: as for `offerValues`.
export function tablesOf(plot, words) {
  const isShown = ({ visible, hoverinfo, marker }) => visible === true && hoverinfo !== "skip" && marker?.opacity !== 0
  const traces = plot._fullData.filter(isShown)
  const axis = id => plot.layout[id.replace(/^([xy])/, "$1axis")] ?? {} // "x2" -> layout.xaxis2
  const shown = traces.map(trace => {
    const [x, y] = [axis(trace.xaxis), axis(trace.yaxis)], heading = headingOf(plot, x, y)
    return trace.z ? pictureOf(trace, x, y, heading, words) : seriesOf(trace, x, y, heading, words)
  })
  return joined(shown.filter(({ rows }) => rows.length)).map(table => thinned(table, words))
}

// What stands above the panel of two axes, where a chart has several.
function headingOf({ layout }, x, y) {
  const [left, right] = x.domain ?? [0, 1], top = y.domain?.[1]
  const isAbove = note => note.yref === "paper" && Math.abs(note.y - top) < 0.01 && note.x >= left && note.x <= right
  return plain(layout.annotations?.find(isAbove)?.text)
}

// Its places and its values. Of bars that lie, the places are the other axis's; of squares, the values are the colours.
function seriesOf(trace, x, y, heading, words) {
  const shades = trace.marker?.color, isColored = typeof shades?.[0] === "number"
  const [places, values, along, up] = isColored
    ? [trace.text, shades, {}, given(trace).marker?.colorbar ?? {}]
    : trace.orientation === "h" ? [trace.y, trace.x, y, x] : [trace.x, trace.y, x, y]
  const pairs = Array.from(values ?? [], (value, index) => [places?.[index] ?? index, value])
  const title = plain(up.title?.text) || words.value
  return {
    caption: heading || title,
    head: [plain(along.title?.text) || words.place, nameOf(trace) || title],
    rows: pairs.filter(([, value]) => isThere(value)).map(([place, value]) => [written(place, along), written(value, up)]),
    isLine: trace.type === "scatter" && !isColored,
  }
}

function pictureOf(trace, x, y, heading, words) {
  const rows = Array.from(trace.z, row => Array.from(row))
  const named = (names, index, axis) => (names?.length ? written(names[index], axis) : String(index + 1))
  const axes = [y, x].map(axis => plain(axis.title?.text)).filter(Boolean)
  return {
    caption: heading || plain(given(trace).colorbar?.title?.text) || nameOf(trace) || words.value,
    head: [axes.join(" / "), ...rows[0].map((_, index) => named(trace.x, index, x))],
    rows: rows.map((row, index) => [
      trace.y?.length ? named(trace.y, index, y) : words.row.replace("{number}", index + 1),
      ...row.map((value, column) => written(trace.text?.[index]?.[column] ?? value, {})), // as it is written in the picture
    ]),
    isLine: true,
  }
}

// What a figure says of its trace; Plotly fills in titles where there are none, which ask to be clicked.
const given = trace => trace._input ?? trace

const nameOf = ({ name }) => (name && !/^trace \d+$/.test(name) ? plain(name) : "")

// Tables with the same places, side by side.
function joined(tables) {
  const found = new Map()
  for (const table of tables) {
    const isSeries = table.head.length === 2
    const same = isSeries ? JSON.stringify([table.caption, table.head[0], table.rows.map(([place]) => place)]) : table
    const first = found.get(same)
    if (!first) found.set(same, table)
    else {
      first.head.push(table.head[1])
      for (const [index, row] of first.rows.entries()) row.push(table.rows[index][1])
    }
  }
  return [...found.values()]
}

function thinned({ caption, head, rows, isLine }, words) {
  const lines = spread(rows.length, isLine ? MOST_ROWS : Infinity)
  const columns = [0, ...spread(head.length - 1, MOST_COLUMNS).map(index => index + 1)]
  const pick = row => columns.map(index => row[index])
  const isAll = lines.length === rows.length && columns.length === head.length
  const note = isAll ? "" : words.some.replace("{shown}", lines.length).replace("{count}", rows.length.toLocaleString("en"))
  return { caption: [caption, note].filter(Boolean).join(". "), head: pick(head), rows: lines.map(index => pick(rows[index])) }
}

// At most so many of the numbers below a count, evenly spaced, the first and the last among them.
function spread(count, most) {
  if (count <= most) return Array.from({ length: count }, (_, index) => index)
  return Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)))
}

const isThere = value => value !== null && value !== undefined && !Number.isNaN(value)

// As nnlab/ui/numbers.py writes numbers, with four digits that count; a share as its axis has it.
export function written(value, { tickformat } = {}) {
  if (!isThere(value)) return ""
  if (typeof value !== "number") return plain(value)
  if (tickformat?.endsWith("%")) return `${(100 * value).toFixed(2)}%`.replace("-", "−")
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e15) return (value || 0).toLocaleString("en").replace("-", "−") // nothing is not less than nothing
  if (size >= 1e-4 && size < 1e6) {
    return value.toLocaleString("en", { maximumSignificantDigits: 4 }).replace("-", "−")
  }
  const [digits, exponent] = value.toExponential(3).split("e")
  return `${digits.replace("-", "−")} × 10${raised(Number(exponent))}`
}

// Plotly's words have marks of HTML in them.
const plain = (text = "") => String(text).replace(/<br\s*\/?>/g, " ").replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").trim()
