// The measured curves of a chart: those that the page sends whole, and those of runs that go on, asked of their feeds.

import { node } from "./axes.js"
import { follow } from "./run_feed.js"

const OVER = ["finished", "stopped", "failed", "unknown"]
const AGAIN = 3000 // milliseconds until the page is told once more that a run is over, should the first word be lost
const column = (feed, index) => [feed.evaluations.map(row => row[0]), feed.evaluations.map(row => row[index])]
const SERIES = { // what is drawn of a run: [x in epochs, y]
  train_loss: feed => [feed.steps.epoch, feed.steps.smooth],
  train_accuracy: feed => [feed.steps.epoch, feed.steps.accuracy],
  test_loss: feed => column(feed, 2),
  test_accuracy: feed => column(feed, 4),
}

export class Measured {
  // ``changed`` is called when there is more to draw, ``isOver`` with the run that has ended, ``say`` with how it goes on.
  constructor(list, { changed, isOver, say }) {
    Object.assign(this, { list, changed, isOver, say, lines: [] })
  }

  update(lines, language, base) {
    clearTimeout(this.timer)
    while (this.list.childElementCount > lines.length) this.list.lastElementChild.remove()
    this.lines = lines.map((told, index) => {
      const entry = this.list.children[index] ?? this.list.appendChild(document.createElement("span"))
      const line = { ...told, entry, points: [told.x ?? [], told.y ?? []] }
      describe(entry, line)
      const drawnAt = performance.now()
      line.feed = follow({ run: told.x ? "" : told.run, language }, base, {
        element: entry, hear: (answer, askedAt) => askedAt >= drawnAt && this.hear(line, answer),
      })
      if (line.feed) line.points = SERIES[line.series](line.feed) // what is known of it from before
      return line
    })
  }

  hear(line, { status, state }) {
    if (!this.lines.includes(line)) return
    line.points = SERIES[line.series](line.feed)
    this.changed()
    if (OVER.includes(status)) this.tell(line.run)
    else if (state) this.say(line.name, state)
  }

  tell(run) {
    clearTimeout(this.timer)
    this.isOver(run)
    this.timer = setTimeout(() => this.list.isConnected && this.tell(run), AGAIN)
  }
}

// A line of the legend: a piece of the curve, and its name.
function describe(entry, { name, color, dash }) {
  if (entry.dataset.shown === name + color + dash) return
  entry.dataset.shown = name + color + dash
  const piece = node("path", { d: "M1 6H33", stroke: color, "stroke-dasharray": dash })
  entry.replaceChildren(node("svg", { width: 34, height: 12, "aria-hidden": "true" }, piece), name)
}
