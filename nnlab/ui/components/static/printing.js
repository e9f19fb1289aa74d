// Charts on paper: Plotly draws for the screen's width, and the sheet is narrower. See the end of nnlab/ui/style.css.

// A chart with a viewBox shrinks with its box; its box keeps the chart's shape, and grows no wider than it was.
function shrinkable() {
  for (const box of document.querySelectorAll(".js-plotly-plot .svg-container")) {
    const { width, height } = box.getBoundingClientRect()
    box.style.setProperty("--shape", `${width} / ${height}`)
    box.style.setProperty("--width", `${width}px`)
    const layers = box.querySelectorAll(":scope > .main-svg")
    for (const layer of layers) layer.setAttribute("viewBox", `0 0 ${width} ${height}`)
  }
}

function asBefore() {
  const layers = document.querySelectorAll(".js-plotly-plot .svg-container > .main-svg")
  for (const layer of layers) layer.removeAttribute("viewBox")
}

export function preparePrinting() {
  if (window.nnlabPrints) return
  window.nnlabPrints = true
  window.addEventListener("beforeprint", shrinkable)
  window.addEventListener("afterprint", asBefore)
}
