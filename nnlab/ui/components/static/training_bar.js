// Training in the browser, before the visitor's eyes: the buttons, the speed, and the loop from one picture to the next.

import { whileThere } from "./while_there.js"

const MOST_WORK = 10 // milliseconds of training between two pictures
const MOST_DUE = 60 // epochs that are made up for after a pause of the browser's own
export const HTML = `<button type="button" class="go"></button><button type="button" class="step"></button>
  <button type="button" class="again"></button><label><span></span> <select class="speed"></select></label>`

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])

export class TrainingBar {
  // box: what holds the buttons. speeds: in epochs a second, usual: the one at first. learner: {isReady(): whether it can
  // learn, stepsPerEpoch(), learn(): one step, measure(): what has come of it is shown, restart(), speak(): the state aloud}.
  constructor(box, learner, speeds, usual) {
    Object.assign(this, { box, learner, speeds, usual, isTraining: false })
    for (const name of ["go", "step", "again", "speed"]) this[name] = box.querySelector(`.${name}`)
    this.go.addEventListener("click", () => (this.isTraining ? this.pause() : this.play()))
    this.step.addEventListener("click", () => this.takeStep())
    this.again.addEventListener("click", () => learner.restart())
  }

  play() {
    if (!this.learner.isReady()) return
    this.isTraining = true
    this.due = 0
    this.nameGo()
    this.awaited = requestAnimationFrame(now => this.frame(now, now))
  }

  pause() {
    if (!this.isTraining) return
    this.stop()
    this.learner.speak()
  }

  // Without a word, since something else begins.
  stop() {
    this.isTraining = false
    cancelAnimationFrame(this.awaited)
    this.nameGo()
  }

  // As many steps as the time since the last picture asks for, or as this machine takes in the time there is.
  frame(before, now) {
    if (!this.isTraining || !this.box.isConnected) return
    const { learner } = this, perEpoch = learner.stepsPerEpoch()
    this.due = Math.min(this.due + ((now - before) / 1000) * Number(this.speed.value) * perEpoch, MOST_DUE * perEpoch)
    const end = performance.now() + MOST_WORK
    const isDue = this.due >= 1
    while (this.due >= 1 && performance.now() < end) {
      learner.learn()
      this.due--
    }
    if (isDue) learner.measure()
    if (this.isTraining) this.awaited = requestAnimationFrame(next => this.frame(now, Math.max(now, next)))
  }

  takeStep() {
    this.stop()
    this.learner.learn()
    this.learner.measure()
    this.learner.speak()
  }

  // In another language; the speed stays.
  name(words) {
    this.words = words
    this.again.textContent = words.again
    this.step.textContent = words.step
    const value = this.speed.value || String(this.usual)
    this.speed.replaceChildren(...this.speeds.map(speed => new Option(fill(words.speed_of, { speed }), speed)))
    this.speed.value = value
    this.speed.previousElementSibling.textContent = words.speed
    this.nameGo()
  }

  nameGo() {
    const { words } = this
    if (words) this.go.textContent = this.isTraining ? `❚❚ ${words.pause}` : `▶ ${words.train}`
  }

  // Whether anything can be learned has changed.
  enable() {
    this.go.disabled = this.step.disabled = !this.learner.isReady()
  }
}

const THEME = 500 // milliseconds; Streamlit changes its theme by changing colours on ancestors

// Mark a box as dark where the page is, and say when that changes; asked now and then, since to ask takes the browser long.
export function followTheme(box, changed) {
  const dress = () => {
    const isDark = getComputedStyle(box).colorScheme.includes("dark")
    if (!box.isConnected || isDark === box.classList.contains("dark")) return
    box.classList.toggle("dark")
    changed()
  }
  whileThere(box, THEME, dress)
  return dress
}

// A number with a button below and above it: words: {fewer, more}; chosen: is called with another number.
export function counter(name, value, [low, high], words, chosen) {
  const group = Object.assign(document.createElement("span"), { className: "counter" })
  const button = (sign, wording, by) => {
    const disabled = value + by < low || value + by > high
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign, disabled })
    made.setAttribute("aria-label", fill(wording, { name }))
    made.addEventListener("click", () => chosen(value + by))
    return made
  }
  const shown = Object.assign(document.createElement("b"), { textContent: value })
  group.append(name, button("−", words.fewer, -1), shown, button("+", words.more, 1))
  return group
}
