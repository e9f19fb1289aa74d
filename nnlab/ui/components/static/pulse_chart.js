// The lines of a run's pulses: above the gradient in each layer, then how far a step moves the weights, both on log axes,
// and below the share of neurons that are lost. Layers differ in colour, in their marks and in how the line is broken.

import { axisEnd, background, color, configOf, isTouched, withPlotly, written } from "./curve.js"
import { whileThere } from "./while_there.js"

const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star", "pentagon"]
const DASHES = ["solid", "dash", "dot", "dashdot"]
const MARKS = 12 // along a line
const DOMAINS = [[[0, 1]], [[0.53, 1], [0, 0.43]], [[0.62, 1], [0.3, 0.55], [0, 0.21]]] // of one, two or three charts
const EXPECTED = 0.06 // of the axis: the length of the dashed line from the mark of what is expected

export const nameOf = ({ words, sizes }, layer) =>
  layer === sizes.length - 1 ? words.output : words.hidden.replace("{layer}", layer + 1)

// Draw into a box, and again when it is called again; data as sent by Python, points as live_pulse.js keeps them.
export function drawPulse(box, data, points, base) {
  box.style.minHeight = `${data.look.height}px`
  box.latest = { data, points }
  withPlotly(new URL(data.look.plotly, base), Plotly => show(box, Plotly))
}

function show(box, Plotly) {
  const { data, points } = box.latest
  const isNew = !box.plot
  if (isNew) {
    box.plot = box.appendChild(document.createElement("div"))
    new ResizeObserver(() => box.clientWidth && Plotly.Plots.resize(box.plot)).observe(box)
    whileThere(box, 500, () => color(box) !== box.color && show(box, Plotly)) // another theme
  }
  box.color = color(box)
  const reached = Math.max(0, ...points.epochs.slice(-1), ...points.countedEpochs.slice(-1))
  const end = axisEnd(reached, data.epochs)
  Plotly.react(box.plot, traces(data, points, end), layout(box, data, points, end), configOf(data.look))
  box.plot.setAttribute("role", "img")
  box.plot.setAttribute("aria-label", data.words.alt)
}

function traces({ sizes, words, look }, points, end) {
  return sizes.flatMap((size, layer) => {
    const shade = look.colors[layer === sizes.length - 1 ? look.colors.length - 1 : layer]
    const symbol = SYMBOLS[layer % SYMBOLS.length], name = nameOf({ words, sizes }, layer)
    const style = {
      type: "scatter", mode: "lines+markers", legendgroup: layer, showlegend: false, name, connectgaps: false,
      line: { color: shade, width: 2, dash: DASHES[layer % DASHES.length] },
      marker: { color: shade, symbol, size: 7, maxdisplayed: MARKS },
    }
    const lines = [
      { ...style, x: points.epochs, y: points.gradients[layer], showlegend: true, hovertemplate: "%{y:.3~g}" },
      { ...style, x: points.epochs, y: points.updates[layer], yaxis: "y2", hovertemplate: "%{y:.3~g}" },
    ]
    if (points.expected?.[layer]) {
      lines.push({
        ...style, x: [0, EXPECTED * end], y: Array(2).fill(points.expected[layer]), line: { color: shade, width: 2, dash: "dot" },
        marker: { ...style.marker, symbol: [`${symbol}-open`, "line-ew"], size: [12, 0], line: { color: shade, width: 2 } },
        name: `${name}, ${words.expected}`, hovertemplate: "%{y:.3~g}",
      })
    }
    if (layer < sizes.length - 1) {
      const lost = points.dead[layer].map((count, index) => (count + points.saturated[layer][index]) / size)
      const most = Math.max(...points.countedImages) // an open mark is a sample of the test set
      const symbols = points.countedImages.map(images => (images < most ? `${symbol}-open` : symbol))
      lines.push({
        ...style, x: points.countedEpochs, y: lost, yaxis: "y3", customdata: points.countedImages,
        marker: { ...style.marker, symbol: symbols }, hovertemplate: `%{y:.1%} ${words.images.replace("{images}", "%{customdata:,}")}`,
      })
    }
    return lines
  }).concat(points.expected ? [{
    x: [null], y: [null], type: "scatter", mode: "markers", name: words.expected,
    marker: { color: look.neutral, symbol: "circle-open", size: 12, line: { width: 2 } },
  }] : [])
}

function layout(box, { run, words, look, sizes }, points, end) {
  const charts = sizes.length > 1 ? 3 : 2, domains = DOMAINS[charts - 1]
  const title = text => ({ text, standoff: 6, font: { size: look.font } })
  const axis = { gridcolor: look.grid, zerolinecolor: look.grid, automargin: true, uirevision: run, ...look.numbers }
  const log = lines => ({ ...axis, type: "log", ...decadeTicks(lines) })
  return {
    height: look.height,
    uirevision: run,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: getComputedStyle(box).fontFamily, size: look.font, color: box.color },
    dragmode: isTouched() ? false : "zoom",
    hovermode: "x unified",
    hoverlabel: { namelength: -1, bgcolor: background(box), font: { color: box.color } },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: look.font - (box.clientWidth < 480 ? 3 : 1) } },
    xaxis: { ...axis, range: [-0.015 * end, 1.015 * end], anchor: `y${charts}`, hoverformat: ".2f", title: title(words.epochs) },
    yaxis: { ...log([...points.gradients, points.expected ?? []]), domain: domains[0], title: title(words.gradient) },
    yaxis2: { ...log(points.updates), domain: domains[1], title: title(words.update) },
    ...(charts === 3 && {
      yaxis3: { ...axis, domain: domains[2], range: [-0.04, 1.04], tickformat: ".0%", tickvals: [0, 0.5, 1], title: title(words.lost) },
    }),
  }
}

// Each power of ten, or every second, third, ... where there are many of them; where there are less than two, 2 and 5 of
// each as well.
function decadeTicks(lines) {
  const powers = lines.flat().filter(number => number > 0).map(Math.log10)
  if (!powers.length) return {}
  const most = Math.ceil(powers.reduce((one, other) => Math.max(one, other)))
  const least = Math.floor(powers.reduce((one, other) => Math.min(one, other)))
  const step = Math.ceil((most - least) / 6), factors = most - least > 2 ? [1] : [1, 2, 5]
  const tickvals = []
  for (let power = least; power <= most; power += step) tickvals.push(...factors.map(factor => factor * 10 ** power))
  return { tickmode: "array", tickvals, ticktext: tickvals.map(written) }
}
