// Legends that stay where they belong when a window grows, as a phone that is turned. Where a legend then needs fewer
// rows, plotly.js places it by the margin of before, over the headings below it. Drawn once more, at another width, it is
// right: so each chart that has one gives up a pixel for a moment.

const QUIET = 400 // milliseconds since the window changed last
const MOMENT = 300 // milliseconds, for the chart to hear of it

export function keepLegends() {
  if (window.nnlabLegends) return
  window.nnlabLegends = true
  let width = innerWidth, waiting
  window.addEventListener("resize", () => {
    if (innerWidth === width) return // a phone's browser changes the height whenever its address bar goes
    width = innerWidth
    clearTimeout(waiting)
    waiting = setTimeout(drawAgain, QUIET)
  })
}

function drawAgain() {
  const plots = [...document.querySelectorAll("[data-testid=stElementContainer] .js-plotly-plot")]
  const places = plots.filter(plot => plot.querySelector(".legend"))
    .map(plot => plot.closest("[data-testid=stElementContainer]"))
  for (const place of places) place.style.paddingRight = "1px"
  setTimeout(() => {
    for (const place of places) place.style.paddingRight = ""
  }, MOMENT)
}
