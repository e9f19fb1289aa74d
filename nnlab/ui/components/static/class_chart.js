// The chart of a class's board: every run a point, its test accuracy over what it took; or every run a curve. Activation
// functions differ in colour and in shape; a run that is still training is hollow; one's own have a rim.

import { background, color, configOf, heightOf, isTouched } from "./curve.js"
import { accuracyOf } from "./network.js"

const SYMBOLS = [
  "circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star", "pentagon", "hexagon",
  "star-diamond", "hourglass", "bowtie", "triangle-left",
]
const DASHES = ["solid", "dash", "dot", "dashdot"]
const NAMED = 15 // runs whose names have room beside their points
const NARROW = 480 // pixels
const LOGARITHMIC = ["parameters", "rate"]
const ROOM = 0.15 // of a decade, at either end of a logarithmic axis

// data as sent by Python; shown: {axis, runs} of one data set, as the server tells them.
export function drawClass(box, data, { axis = "", runs }, Plotly) {
  if (!box.plot) {
    box.plot = box.appendChild(document.createElement("div"))
    new ResizeObserver(() => box.clientWidth && Plotly.Plots.resize(box.plot)).observe(box)
    box.plot.setAttribute("role", "figure")
  }
  const known = runs.filter(run => run.accuracy !== null)
  const traces = data.view === "epochs" ? curves(data, runs) : points(box, data, known)
  Plotly.react(box.plot, traces, layout(box, data, axis, known), configOf(data.look))
  box.plot.setAttribute("aria-label", described(data.words, known))
}

function described(words, [best, ...others]) {
  if (!best) return words.none
  const values = { count: others.length + 1, who: best.who, network: best.network, accuracy: best.told }
  return words.alt.replace(/\{(\w+)\}/g, (_, name) => values[name])
}

// A trace for each activation function, in the order of the registry.
function grouped(runs, { activations }) {
  const groups = Object.entries(activations).map(([name, look]) => ({ look, runs: runs.filter(run => run.activation === name) }))
  return groups.filter(group => group.runs.length)
}

function points(box, { look, view, member }, runs) {
  return grouped(runs, look).map(group => ({
    name: group.look.name,
    type: "scatter",
    mode: runs.length > NAMED ? "markers" : "markers+text",
    x: group.runs.map(run => run[view]),
    y: group.runs.map(run => run.accuracy),
    text: group.runs.map(run => run.who),
    textposition: "top center",
    textfont: { size: look.font - 2 },
    cliponaxis: false,
    customdata: group.runs.map(said),
    hovertemplate: HOVER,
    marker: {
      size: 13,
      color: group.look.color,
      symbol: group.runs.map(run => SYMBOLS[group.look.place % SYMBOLS.length] + (run.status === "running" ? "-open" : "")),
      line: {
        width: group.runs.map(run => (run.member === member || run.status === "running" ? 2.5 : 0)),
        color: group.runs.map(run => (run.member === member ? color(box) : group.look.color)),
      },
    },
  }))
}

function curves({ look, member }, runs) {
  return grouped(runs.filter(run => run.curve.length), look).flatMap(group => group.runs.map((run, at) => ({
    name: group.look.name,
    legendgroup: group.look.name,
    showlegend: at === 0,
    type: "scatter",
    mode: "lines+markers",
    x: run.curve.map(([epoch]) => epoch),
    y: run.curve.map(([, accuracy]) => accuracy),
    customdata: run.curve.map(([, accuracy]) => [run.who, run.network, run.rule, accuracyOf(accuracy)]),
    hovertemplate: HOVER,
    line: {
      color: group.look.color,
      width: run.member === member ? 3.5 : 1.75,
      dash: DASHES[Math.floor(group.look.place / 8) % DASHES.length],
    },
    marker: { size: run.member === member ? 8 : 5, symbol: SYMBOLS[group.look.place % SYMBOLS.length] },
  })))
}

const HOVER = "<b>%{customdata[0]}</b> %{customdata[3]}<br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>"
const said = run => [run.who, run.network, run.rule, run.told]

function layout(box, { look, view, words }, axis, runs) {
  const title = text => ({ text, standoff: 6, font: { size: look.font } })
  const shade = color(box)
  const lines = { gridcolor: look.grid, zerolinecolor: look.grid, automargin: true, ...look.numbers }
  const values = runs.map(run => run[view]).filter(value => value > 0)
  lines.showticklabels = runs.length > 0
  return {
    height: heightOf(look),
    uirevision: view,
    margin: { l: 8, r: 16, t: 24, b: 8 },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: getComputedStyle(box).fontFamily, size: look.font, color: shade },
    showlegend: runs.length > 0,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: look.font - 1 } },
    dragmode: isTouched() ? false : "zoom",
    hovermode: "closest",
    hoverlabel: { namelength: -1, align: "left", bgcolor: background(box), font: { color: shade } },
    xaxis: {
      ...lines, title: title(words[`axis_${view}`]),
      ...(LOGARITHMIC.includes(view) ? logarithmic(values, box.clientWidth < NARROW ? 1 : 3) : { rangemode: "tozero" }),
    },
    yaxis: { ...lines, title: title(axis), tickformat: ".4~p", ...(runs.length ? {} : { range: [0, 1] }) },
  }
}

// A logarithmic axis around some values, with 1, 2 and 5 of each decade where there are no more than ``most`` of these.
function logarithmic(values, most) {
  const ends = values.length ? [Math.log10(Math.min(...values)) - ROOM, Math.log10(Math.max(...values)) + ROOM] : [0, 1]
  const powers = Array.from({ length: 19 }, (_, index) => 10 ** (index - 9))
  const ticks = ends[1] - ends[0] > most ? powers : powers.flatMap(power => [power, 2 * power, 5 * power])
  const ticktext = ticks.map(tick => tick.toLocaleString("en", { maximumSignificantDigits: 1 }))
  return { type: "log", range: ends, tickmode: "array", tickvals: ticks, ticktext }
}
