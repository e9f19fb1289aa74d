// The chart of a learning curve, updated in place: zoom and axis stay the visitor's. See nnlab/ui/components/live_run.py.

import { isHearing, setHearing } from "./loss_sound.js"
import { accuracyOf } from "./network.js"
import { whileThere } from "./while_there.js"

let plotly // the promise of plotly.js, loaded once
let chosenAxis = "linear" // in all runs, until the tab is closed

const PATIENCE = 60_000 // milliseconds for plotly.js to come, 1.5 MB
const AFTER_ERROR = 2000 // until it is asked for again

const LEAST_HEIGHT = 260 // pixels of the curve, with the buttons above it
const LOW_HEIGHT = 340 // of a curve between whose two charts the axes' numbers need more of it
const AROUND = 48 // pixels of a window, above and below it

const AXIS_ENDS = [0.02, 0.2, 1.5, 3, 5, 10, 20, 50, 100, 200, 500] // epochs; the axis grows from one to the next

// Draw the points of a feed into a box, and what there is of them later when it is called again.
export function drawCurve(box, data, points, base) {
  box.latest = { data, points }
  withPlotly(new URL(data.look.plotly, base), Plotly => show(box, Plotly))
}

// Draw with plotly.js once it is there; where it does not come, it is tried again.
export function withPlotly(address, draw) {
  plotly ??= load(address)
  plotly.then(draw, () => {
    plotly = null
    setTimeout(() => withPlotly(address, draw), AFTER_ERROR)
  })
}

// What plotly.js offers around a chart that has no axes of its own to go back to.
export function configOf({ config }) {
  const displayModeBar = isTouched() ? false : "hover" // there it would always be shown, on top of the legend
  return { ...config, displayModeBar, modeBarButtonsToRemove: [...config.modeBarButtonsToRemove, "resetScale2d"] }
}

// The end of the axis of a run that has come so far.
export const axisEnd = (reached, epochs) => Math.min(epochs, AXIS_ENDS.find(stop => reached <= stop) ?? epochs)

function load(address) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: address })
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => {
      script.remove()
      reject()
    }
    setTimeout(reject, PATIENCE)
    document.head.append(script)
  })
}

function show(box, Plotly) {
  const { data, points } = box.latest
  const isNew = !box.plot
  if (isNew) {
    box.tools = box.appendChild(Object.assign(document.createElement("div"), { className: "tools" }))
    box.plot = box.appendChild(document.createElement("div"))
    // A page that is left shrinks its elements to nothing; Plotly refuses to draw into what is not displayed.
    new ResizeObserver(() => box.clientWidth && Plotly.Plots.resize(box.plot)).observe(box)
    // Streamlit changes its theme by changing colours on ancestors: follow them without waiting for a tick.
    // A phone may be turned on its side.
    const isAsDrawn = () => color(box) === box.color && heightOf(box.latest.data.look) === box.height
    whileThere(box, 500, () => isAsDrawn() || show(box, Plotly))
  }
  offerAxes(box, Plotly)
  box.color = color(box)
  box.height = heightOf(data.look)
  const config = { ...configOf(data.look), doubleClick: "autosize" }
  Plotly.react(box.plot, traces(data, points), layout(box, data, points), config)
  if (isNew) box.plot.on("plotly_relayout", change => followZoom(box, change, Plotly))
  box.plot.setAttribute("role", "figure") // as Streamlit's charts; an image would have no buttons in it
  box.plot.setAttribute("aria-label", data.words.alt)
  box.plot.dataset.now = newest(data.words, points)
}

// Its last points in words, for who asks what this is.
function newest({ now, now_test: nowTest, now_nothing: nothing }, { steps, evaluations }) {
  const last = list => list[list.length - 1]
  const told = []
  if (steps.epoch.length) told.push(now.replace("{epoch}", last(steps.epoch).toFixed(2)).replace("{loss}", last(steps.smooth).toFixed(4)))
  if (evaluations.length) {
    const [epoch, , , , accuracy, , count] = last(evaluations)
    told.push(nowTest.replace("{epoch}", epoch.toFixed(2)).replace("{accuracy}", accuracyOf(accuracy))
      .replace("{count}", count.toLocaleString("en")))
  }
  return told.join(" ") || nothing
}

// Plotly keeps a zoom only while the range it is told stays what it was: hold the axis, until a double click.
function followZoom(box, change, Plotly) {
  const names = Object.keys(change).join(" ")
  if (names.includes("xaxis.range")) box.heldEnd = box.end
  if (!names.includes("autorange")) return
  box.heldEnd = null
  box.resets = (box.resets ?? 0) + 1
  show(box, Plotly)
}

// Where a finger is the pointer, it scrolls the page and taps a value; it does not zoom.
export const isTouched = () => matchMedia("(pointer: coarse)").matches

// On a phone that lies on its side no higher than its window.
export const heightOf = ({ height }) => Math.min(height, Math.max(LEAST_HEIGHT, innerHeight - AROUND))

export const color = box => getComputedStyle(box).color

function offerAxes(box, Plotly) {
  const { words } = box.latest.data
  const wanted = [words.axis, words.linear, words.log, words.hear, chosenAxis, isHearing()].join()
  if (box.tools.dataset.shown === wanted) return
  box.tools.dataset.shown = wanted
  const pressable = (className, textContent, isPressed, press) => {
    const button = Object.assign(document.createElement("button"), { className, textContent, type: "button" })
    button.setAttribute("aria-pressed", isPressed)
    button.onclick = () => {
      press()
      show(box, Plotly)
    }
    return button
  }
  const hearing = pressable("hear", words.hear, isHearing(), () => setHearing(!isHearing()))
  const axes = ["linear", "log"].map(axis => pressable(axis, words[axis], chosenAxis === axis, () => { chosenAxis = axis }))
  const focused = [...box.tools.querySelectorAll("button")].indexOf(document.activeElement)
  box.tools.replaceChildren(hearing, words.axis, ...axes)
  box.tools.querySelectorAll("button")[focused]?.focus() // a pressed one has given way to its like
}

function traces({ words, look }, { steps, evaluations }) {
  const column = index => evaluations.map(evaluation => evaluation[index])
  const line = (name, x, y, style) => ({
    name, x, y, type: "scatter", mode: "lines", hovertemplate: "%{y:.4f}", connectgaps: false, ...style,
  })
  const accuracy = { yaxis: "y2", showlegend: false, hovertemplate: "%{y:.2%}" }
  // What was measured says on how many images; a ring instead of a dot is a sample of the set.
  const symbol = evaluations.map(evaluation => (evaluation[7] ? "circle-open" : "circle"))
  const evaluated = (shade, format, counts) => ({
    mode: "lines+markers", line: { color: shade, width: 2 }, marker: { size: 6, symbol }, customdata: column(counts),
    hovertemplate: `%{y:${format}} ${words.images.replace("{count}", "%{customdata:,}")}`,
  })
  const trainEvaluated = format => (
    { ...evaluated(look.train, format, 5), line: { color: look.train, width: 1, dash: "dot" } }
  )
  return [
    line(words.batch, steps.epoch, steps.loss, { line: { color: look.train, width: 1 }, opacity: 0.45 }),
    line(words.smooth, steps.epoch, steps.smooth, { line: { color: look.train, width: 2.5 } }),
    line(words.train, column(0), column(1), trainEvaluated(".4f")),
    line(words.test, column(0), column(2), evaluated(look.test, ".4f", 6)),
    // A mean over an epoch belongs to the middle of it.
    line(words.notes, look.notes_losses.map((_, index) => index + 0.5), look.notes_losses, {
      mode: "lines+markers", line: { color: look.notes, width: 2, dash: "dash" }, marker: { size: 4 },
      showlegend: look.notes_losses.length > 0,
    }),
    line(words.smooth_accuracy, steps.epoch, steps.accuracy, { ...accuracy, line: { color: look.train, width: 2.5 } }),
    line(words.train_accuracy, column(0), column(3), { ...accuracy, ...trainEvaluated(".2%") }),
    line(words.test_accuracy, column(0), column(4), { ...accuracy, ...evaluated(look.test, ".2%", 6) }),
  ]
}

function layout(box, data, { steps, evaluations, marks }) {
  const { run, words, look, epochs } = data
  const last = list => list[list.length - 1]
  const reached = Math.max(last(steps.epoch) ?? 0, last(evaluations)?.[0] ?? 0)
  if (box.run !== run) box.heldEnd = null
  box.run = run
  box.end = box.heldEnd ?? (run ? axisEnd(reached, epochs) : epochs)
  const revision = `${run} ${box.resets}` // a zoom is the visitor's until a double click, or the next run
  const title = text => ({ text, standoff: 6, font: { size: look.font } })
  const ticks = logTicks(steps.loss)
  const isLow = box.height < LOW_HEIGHT
  const axis = { gridcolor: look.grid, zerolinecolor: look.grid, automargin: true, ...look.numbers }
  return {
    height: box.height - 26, // the row of buttons above it
    uirevision: revision,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: getComputedStyle(box).fontFamily, size: look.font, color: box.color },
    showlegend: true,
    dragmode: isTouched() ? false : "zoom",
    hovermode: "x unified",
    hoverlabel: { namelength: -1, bgcolor: background(box), font: { color: box.color } },
    legend: legend(look, box.clientWidth < 480, isLow),
    xaxis: { ...axis, range: [0, box.end * 1.01], uirevision: revision, anchor: "y2", hoverformat: ".2f",
      title: title(words.epochs) },
    yaxis: { ...axis, domain: [isLow ? 0.5 : 0.42, 1], type: chosenAxis, uirevision: `${revision} ${chosenAxis}`, rangemode: "tozero",
      ...(chosenAxis === "log" && { tickmode: "array", tickvals: ticks, ticktext: ticks.map(written) }),
      title: title(words.loss) },
    yaxis2: { ...axis, domain: [0, 0.34], range: [0, 1.02], tickformat: ".0%", title: title(words.accuracy) },
    shapes: [...notesAccuracy(look), ...marks.map(([epoch]) => ({
      type: "line", x0: epoch, x1: epoch, yref: "paper", y0: 0, y1: 1, line: { color: look.notes, width: 1.5, dash: "dot" },
    }))],
    annotations: marks.map(([epoch, rate]) => ({
      x: epoch, yref: "paper", y: 1, yanchor: "top", xanchor: "left", showarrow: false, text: `${words.rate} ${rate}`,
      font: { size: look.font - 2 },
    })),
  }
}

// Above the curve; where that has neither width nor height to spare it lies in the corner that a falling loss leaves empty.
function legend({ font }, isNarrow, isLow) {
  const letters = { font: { size: font - (isNarrow ? 3 : 1) } }
  if (isNarrow && isLow) return { ...letters, x: 1, y: 1, xanchor: "right", yanchor: "top", bgcolor: "rgba(0, 0, 0, 0)" }
  return { ...letters, orientation: "h", x: 0, y: 1.02, yanchor: "bottom" }
}

// The test accuracy that the notes report for the end of their run, across the chart: what there is to reach.
function notesAccuracy({ notes, notes_accuracy: accuracy }) {
  if (accuracy === null) return []
  const line = { color: notes, width: 1.5, dash: "dash" }
  return [{ type: "line", xref: "paper", x0: 0, x1: 1, yref: "y2", y0: accuracy, y1: accuracy, line, layer: "below" }]
}

// 1, 2 and 5 of each decade, or 1 alone where there are many decades; Plotly would name every digit, one upon the other.
function logTicks(losses) {
  const known = losses.filter(loss => loss > 0)
  const decades = Math.log10(Math.max(...known, 1) / Math.min(...known, 0.1))
  const powers = Array.from({ length: 19 }, (_, index) => 10 ** (index - 9))
  return decades > 3 ? powers : powers.flatMap(power => [power, 2 * power, 5 * power])
}

// As nnlab/ui/numbers.py writes numbers, for 1, 2 or 5 times a power of ten.
export function written(value) {
  if (value >= 1e-3 && value < 1e5) return value.toLocaleString("en", { maximumFractionDigits: 3 })
  const [digit, exponent] = value.toExponential(0).replace("+", "").replace("-", "−").split("e")
  return `${digit === "1" ? "" : `${digit} × `}10<sup>${exponent}</sup>`
}

// The page's own background, for the hover box.
export function background(box) {
  for (let element = box; element; element = element.parentElement) {
    const shade = getComputedStyle(element).backgroundColor
    if (shade !== "rgba(0, 0, 0, 0)" && shade !== "transparent") return shade
  }
  return "white"
}
