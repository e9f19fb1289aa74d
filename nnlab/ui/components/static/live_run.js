// A run while it trains: its state, its numbers and its curve. See nnlab/ui/components/live_run.py for what is sent.

import { drawCurve, heightOf } from "./curve.js"
import { Help } from "./help.js"
import { hear, hush } from "./loss_sound.js"
import { follow } from "./run_feed.js"

const NOTHING = { steps: { epoch: [], loss: [], smooth: [], accuracy: [] }, evaluations: [], marks: [] }
const AFTER_PRESS = 300 // milliseconds in which the page may show by itself what a press of a button has changed
const SILENCE = 2000 // milliseconds without a word on the run after which its loss is not to be heard any more
const AGAIN = 3000 // milliseconds until a look is asked for once more, should the first word be lost

// One line on what is happening, and a bar for how much of it is done.
export function showState({ parentElement, data }, base) {
  const box = parentElement.querySelector(".nnlab-run-state")
  const [line, bar] = [box.querySelector("p"), box.querySelector(".bar")]
  const show = ({ words, share }) => {
    const parts = words.split("**") // every second one is bold
    const said = parts.map((part, index) => (index % 2 ? make("b", part) : part))
    if (line.textContent !== parts.join("")) line.replaceChildren(...said)
    bar.firstElementChild.style.width = `${100 * share}%`
    bar.setAttribute("aria-valuenow", Math.round(100 * share))
    bar.setAttribute("aria-label", parts.join(""))
  }
  const tell = (state, isUnheard) => {
    if (!isUnheard) box.latest = state
    if (isUnheard) line.setAttribute("role", "alert") // for those who hear the page
    else line.removeAttribute("role")
    box.classList.toggle("unheard", isUnheard)
    show(state)
  }
  let latest = isToldAgain(box, data) ? box.latest : data.state
  tell(latest, false)
  // What has changed its shape says so together with the buttons, when the page draws them.
  const take = answer => {
    if (!answer.state || (answer.shape !== data.shape && !box.classList.contains("unheard"))) return
    latest = answer.state
    tell(latest, false)
  }
  listen(box, data, base, take, () => tell({ ...latest, words: data.unheard }, true))
}

// Numbers side by side, each with what it was measured on.
export function showNumbers({ parentElement, data }, base) {
  const box = parentElement.querySelector(".nnlab-run-numbers")
  const show = numbers => {
    while (box.childElementCount > data.numbers.length) box.lastElementChild.remove()
    for (const [index, { label, value, help }] of numbers.slice(0, data.numbers.length).entries()) {
      const cell = box.children[index] ?? box.appendChild(makeNumber())
      if (cell.name.textContent !== label) cell.name.textContent = label
      if (cell.value.textContent !== value) cell.value.textContent = value
      cell.help.say(help)
    }
  }
  if (!isToldAgain(box, data)) show(data.numbers)
  listen(box, data, base, answer => answer.numbers && show(answer.numbers))
}

// The curve; it also says when what is drawn of the page is no longer how the run is.
export function showCurve({ parentElement, data, setTriggerValue }, base) {
  const box = parentElement.querySelector(".nnlab-curve")
  box.style.minHeight = `${heightOf(data.look)}px` // before there is a chart
  clearTimeout(box.look)
  const lookAfter = wait => {
    box.look = setTimeout(() => {
      if (!box.isConnected) return
      setTriggerValue("look", Date.now())
      lookAfter(AGAIN)
    }, wait)
  }
  let isOld = data.isBehind
  if (isOld) lookAfter(0)
  const feed = listen(box, data, base, answer => {
    const wasOld = isOld
    isOld = data.isBehind || answer.shape !== data.shape
    if (isOld && !wasOld) lookAfter(isPageBusy() ? AFTER_PRESS : 0)
    if (!isOld) clearTimeout(box.look)
    if (feed.revision !== box.revision) draw()
    listenTo(feed, answer.status === "running")
    clearTimeout(box.silence)
    box.silence = setTimeout(hush, SILENCE) // the page was left, or the server is gone
  })
  // Each run of the page's script comes by here, mostly with nothing new: then the chart is left alone. It takes the
  // browser longer to draw than all that stands around it, so the words and the buttons are painted first.
  const wanted = JSON.stringify({ ...data, shape: "", isBehind: false })
  const draw = () => {
    clearTimeout(box.drawing)
    box.drawing = setTimeout(() => {
      Object.assign(box, { revision: feed?.revision, drawn: wanted })
      drawCurve(box, data, feed ?? NOTHING, base)
    })
  }
  if (!box.plot || box.drawn !== wanted || box.revision !== feed?.revision) draw()
}

function listenTo({ run, steps, evaluations }, isTraining) {
  const latest = list => list[list.length - 1]
  const told = { run, loss: latest(steps.smooth), evaluations: evaluations.length, testLoss: latest(evaluations)?.[2] }
  hear(told, isTraining)
}

// Whether the page says what it has said last. It does when its theme changes: what was heard since is newer.
function isToldAgain(box, data) {
  const before = box.told
  box.told = JSON.stringify(data)
  return box.told === before
}

const isPageBusy = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running"

// Hear the answers to what is asked from now on: an earlier one may tell of before what the page has just drawn.
function listen(element, data, base, show, miss) {
  const drawnAt = performance.now()
  return follow(data, base, { element, miss, hear: (answer, askedAt) => askedAt >= drawnAt && show(answer) })
}

function makeNumber() {
  const cell = make("div", "")
  cell.name = make("span", "")
  cell.value = make("div", "")
  cell.value.className = "value"
  cell.help = new Help(cell)
  const label = make("div", "")
  label.className = "label"
  label.append(cell.name, cell.help.button)
  cell.prepend(label, cell.value)
  return cell
}

const make = (tag, textContent) => Object.assign(document.createElement(tag), { textContent })
