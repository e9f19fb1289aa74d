// The board of a class: a chart and a table of everybody's runs. See nnlab/ui/components/class_board.py for what is sent.

import { drawClass } from "./class_chart.js"
import { color, heightOf, withPlotly } from "./curve.js"
import { WhileSeen } from "./while_seen.js"
import { whileThere } from "./while_there.js"

const THEME = 500 // milliseconds; Streamlit changes its theme by changing colours on ancestors

export function show({ parentElement, data, setTriggerValue }, base) {
  const box = parentElement.querySelector(".nnlab-class")
  box.board ??= new Board(box)
  box.board.update(data, base, setTriggerValue)
}

const make = (tag, className = "", textContent = "") => Object.assign(document.createElement(tag), { className, textContent })
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

class Board {
  constructor(box) {
    this.box = box
    this.title = box.appendChild(make("p", "title"))
    this.sets = box.appendChild(make("label", "sets"))
    this.chart = box.appendChild(make("div", "chart"))
    this.list = box.appendChild(make("div", "list"))
    this.list.tabIndex = 0 // it scrolls, and so by the keyboard, too
    this.list.setAttribute("role", "region")
    this.told = { title: "", runs: [], data: [] }
    this.version = ""
    this.watcher = new WhileSeen(box, () => this.ask())
    whileThere(box, THEME, () => this.plotted && this.look() !== this.plotted && this.drawChart())
  }

  update(data, base, setTriggerValue) {
    if (this.data?.code !== data.code || this.data.language !== data.language) this.version = ""
    Object.assign(this, { data, base, press: (what, run) => setTriggerValue("pressed", { what, run, when: Date.now() }) })
    this.chart.style.minHeight = `${heightOf(data.look)}px`
    this.list.setAttribute("aria-label", data.words.table)
    this.draw()
    this.watcher.restart()
  }

  // Ask what the board says by now. It is never called new, so that thirty browsers ask every two seconds and no oftener.
  async ask() {
    const { code, language } = this.data
    const address = new URL(`classes/${encodeURIComponent(code)}`, this.base)
    address.search = new URLSearchParams({ language, version: this.version })
    const response = await fetch(address)
    if (response.status === 404) this.title.textContent = this.data.words.gone
    if (response.status === 204 || response.status === 404) return false
    if (!response.ok) throw new Error(`the server answers ${response.status}`)
    const told = await response.json()
    if (this.data.code !== code || this.data.language !== language) return true // it was asked for something else
    this.version = response.headers.get("Nnlab-Version")
    this.told = told
    this.draw()
    return false
  }

  // The runs of the data set that is shown: accuracies on different ones cannot be compared.
  shown() {
    const { data, runs } = this.told
    const found = data.find(({ name }) => name === this.chosen) ?? data[0]
    return { ...found, runs: runs.filter(run => run.data === found?.name) }
  }

  draw() {
    const { title, runs } = this.told
    if (this.version) this.title.textContent = runs.length ? title : `${title} ${this.data.words.none_yet}`
    this.offerSets()
    this.drawTable()
    this.drawChart()
  }

  offerSets() {
    const { data } = this.told
    this.sets.hidden = data.length < 2
    const options = data.map(({ name, count }) => `${name} (${count})`)
    if (this.sets.dataset.shown === options.join()) return
    this.sets.dataset.shown = options.join()
    const select = make("select")
    select.append(...data.map(({ name }, at) => Object.assign(make("option", "", options[at]), { value: name })))
    select.value = this.shown().name
    select.onchange = () => {
      this.chosen = select.value
      this.draw()
    }
    const hadFocus = this.sets.contains(document.activeElement)
    this.sets.replaceChildren(`${this.data.words.data} `, select)
    if (hadFocus) select.focus()
  }

  drawChart() {
    withPlotly(new URL(this.data.look.plotly, this.base), Plotly => {
      this.plotted = this.look()
      drawClass(this.chart, this.data, this.shown(), Plotly)
    })
  }

  // What the chart depends on besides what is told: the theme, and whether a phone was turned.
  look() {
    return `${color(this.chart)} ${heightOf(this.data.look)}`
  }

  drawTable() {
    const { words, member, isTeacher } = this.data
    const { runs } = this.shown()
    const told = JSON.stringify([runs.map(({ curve, seconds, ...said }) => said), words, member, isTeacher])
    if (this.list.dataset.told === told) return // whoever reads it does not lose their place
    this.list.dataset.told = told
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset : {}
    const table = make("table")
    table.append(make("thead"), make("tbody"))
    const heads = ["place", "who", "accuracy", "network"]
    table.tHead.append(make("tr"))
    table.tHead.rows[0].append(...heads.map(name => scoped("col", words[name], name)), make("td"))
    for (const [at, run] of runs.entries()) table.tBodies[0].append(this.row(run, at + 1))
    this.list.replaceChildren(table)
    this.list.hidden = !runs.length
    this.list.querySelector(`[data-run="${focused.run}"][data-what="${focused.what}"]`)?.focus()
  }

  // Two lines for each run: who, and how far; the network, and how it is trained. The name leads to the run.
  row(run, place) {
    const { words, member, isTeacher } = this.data
    const isOwn = run.member === member
    const row = make("tr", isOwn ? "own" : "")
    const who = scoped("row", "", "who"), network = make("td", "network", run.network), last = make("td")
    who.append(this.button("watch", run, isOwn ? `${run.who} ${words.you}` : run.who), make("small", "", run.doing))
    network.append(make("small", "", run.rule))
    if (isOwn || isTeacher) last.append(this.button("remove", run, "×"))
    row.append(make("td", "place", run.accuracy === null ? "" : place), who, make("td", "accuracy", run.told), network, last)
    return row
  }

  button(what, run, label) {
    const button = Object.assign(make("button", what, label), { type: "button", onclick: () => this.press(what, run.id) })
    Object.assign(button.dataset, { run: run.id, what })
    const words = fill(this.data.words[`${what}_run`], { who: run.who, network: run.network })
    button.setAttribute("aria-label", words)
    button.title = words
    return button
  }
}

const scoped = (scope, word, className) => Object.assign(make("th", className, word), { scope })
