// Under each chart a fold with its values as a table: for those who cannot see the chart, and who have no pointer to ask
// it with. The table is made when somebody opens the fold, here, of what plotly.js draws; the server has no part in it.
// A chart that a script of our own draws says of itself what its tables are: an element of class nnlab-tabled, with a
// function `tables` that returns them. A touch screen, on which a chart shows no tools, has the one that saves it here.

import { whenRedrawn } from "./redrawing.js"
import { tablesOf } from "./values_tables.js"

const STYLE = `
.nnlab-values { font-size: 0.8rem; margin-top: -0.8rem; width: 100%; }
.nnlab-values summary { width: fit-content; min-height: 24px; line-height: 24px; padding-right: 0.4rem; cursor: pointer;
  opacity: 0.8; }
.nnlab-values .save { font: inherit; color: inherit; background: none; border: 0; padding: 0 0 0.4rem; min-height: 24px;
  text-decoration: underline dotted; text-underline-offset: 0.2em; cursor: pointer; }
.nnlab-values .save[hidden] { display: none; }
.nnlab-values .tables { max-height: 18rem; overflow: auto; font-variant-numeric: tabular-nums; }
.nnlab-values table { border-collapse: collapse; margin-bottom: 0.8rem; }
.nnlab-values caption { text-align: left; padding: 0.2rem 0; }
.nnlab-values :is(th, td) { padding: 0.1rem 0.7rem 0.1rem 0; text-align: right; font-weight: 400; white-space: nowrap; }
.nnlab-values thead th { border-bottom: 1px solid rgba(128, 128, 128, 0.6); vertical-align: bottom; white-space: normal; }
@media print { .nnlab-values:not([open]) { display: none; } }
`
const CHARTS = "[data-testid=stElementContainer] :is(.js-plotly-plot, .nnlab-tabled)"
const SAVES = ".modebar-btn[data-title*=PNG]" // of Plotly's tools
const folds = new Map() // by what a chart stands in
let words

// said: {open, save, place, value, row, some}: the fold's name; the button's; what heads the columns of a chart whose axes have no titles; of a
// table without names for its rows, with a blank for the number; of one that leaves rows out, with blanks for how many
// there are and how many it shows.
export function offerValues(said) {
  words = said
  if (window.nnlabValues) return window.nnlabValues()
  document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }))
  window.nnlabValues = look
  whenRedrawn(look)
}

function look() {
  for (const plot of document.querySelectorAll(CHARTS)) {
    const place = plot.closest("[data-testid=stElementContainer]")
    if (!folds.has(place)) folds.set(place, new Fold())
    folds.get(place).plot = plot
  }
  for (const [place, fold] of folds) {
    if (place.isConnected && place.contains(fold.plot)) {
      if (place.nextSibling !== fold.element) place.after(fold.element) // not within: a chart fills what it stands in
      fold.show()
    } else {
      fold.element.remove()
      folds.delete(place)
    }
  }
}

class Fold {
  constructor() {
    this.element = make("details", "nnlab-values")
    this.name = this.element.appendChild(make("summary"))
    this.save = this.element.appendChild(make("button", "save"))
    this.save.type = "button"
    this.save.addEventListener("click", () => save(this.plot))
    this.tables = this.element.appendChild(make("div", "tables"))
    this.tables.tabIndex = 0
    this.tables.setAttribute("role", "region")
    this.element.addEventListener("toggle", () => this.show())
  }

  show() {
    if (this.name.textContent !== words.open) { // else we would hear of it, for ever
      this.name.textContent = words.open
      this.tables.setAttribute("aria-label", words.open)
    }
    if (!this.element.open) return
    this.save.hidden = !matchMedia("(hover: none)").matches || !canBeSaved(this.plot)
    if (this.save.textContent !== words.save) this.save.textContent = words.save
    const tables = this.plot.tables?.() ?? tablesOf(this.plot, words), told = JSON.stringify(tables)
    if (told === this.told) return // whoever reads them does not lose their place
    this.told = told
    this.tables.replaceChildren(...tables.map(draw))
  }
}

// The live charts have no tools at all where they are touched; they are drawn by the plotly.js that the page has loaded.
const canBeSaved = plot => Boolean(plot.querySelector(SAVES) || (window.Plotly && plot._fullLayout))

function save(plot) {
  const tool = plot.querySelector(SAVES)
  if (tool) tool.click()
  else window.Plotly.downloadImage(plot, { format: "png", ...plot._context.toImageButtonOptions })
}

// {caption, head: words, rows: [[word, ...], ...]}: the first of a row names it.
function draw({ caption, head, rows }) {
  const table = make("table")
  table.append(make("caption", "", caption), make("thead"), make("tbody"))
  table.tHead.append(make("tr"))
  table.tHead.rows[0].append(...head.map(word => scoped("col", word)))
  for (const [name, ...values] of rows) {
    const row = table.tBodies[0].appendChild(make("tr"))
    row.append(scoped("row", name), ...values.map(value => make("td", "", value)))
  }
  return table
}

const scoped = (scope, word) => Object.assign(make("th", "", word), { scope })

const make = (tag, className = "", textContent = "") => Object.assign(document.createElement(tag), { className, textContent })
