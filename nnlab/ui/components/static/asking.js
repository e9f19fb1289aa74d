// What is this? Whatever is pressed next says what it is instead of doing it. See nnlab/ui/components/asking.py.

const STOPPED = ["pointerdown", "mousedown", "touchstart", "pointerup", "mouseup", "touchend", "dblclick"]
const PICTURES = "[role=img][aria-label], [role=figure][aria-label], figure[aria-label], img[alt], canvas[aria-label]"
let asked = null // what the page that is open says of its things, while the visitor asks

export function offer({ parentElement, data }) {
  const button = parentElement.querySelector(".nnlab-ask")
  if (asked && !asked.button.isConnected) stop() // the page that was asked about has been left
  const isAsking = asked?.button === button
  if (isAsking) asked.data = data
  button.textContent = isAsking ? data.words.asking : data.words.ask
  button.onclick = () => (asked ? stop() : begin(button, data))
}

function begin(button, data) {
  asked = { button, data }
  button.setAttribute("aria-pressed", "true")
  button.textContent = data.words.asking
  document.documentElement.classList.add("nnlab-asking")
  for (const name of STOPPED) document.addEventListener(name, swallow, { capture: true, passive: false })
  document.addEventListener("click", answerPress, true)
  document.addEventListener("keydown", answerKey, true)
  document.addEventListener("pointermove", point, true)
  document.addEventListener("focusin", point, true)
}

function stop() {
  const { button, data } = asked
  asked = null
  button.setAttribute("aria-pressed", "false")
  button.textContent = data.words.ask
  document.documentElement.classList.remove("nnlab-asking")
  for (const name of STOPPED) document.removeEventListener(name, swallow, { capture: true })
  document.removeEventListener("click", answerPress, true)
  document.removeEventListener("keydown", answerKey, true)
  document.removeEventListener("pointermove", point, true)
  document.removeEventListener("focusin", point, true)
  mark(null)
}

const isOurs = target => target === asked.button || target.closest?.(".nnlab-answer")

// Neither a slider nor a canvas may notice that it was pressed.
function swallow(event) {
  if (isOurs(event.target)) return
  event.stopImmediatePropagation()
  if (event.cancelable && event.type !== "touchend") event.preventDefault() // whose default is the click
}

function point(event) {
  mark(isOurs(event.target) ? null : thingAt(event.target)?.element)
}

function mark(element) {
  document.querySelector(".nnlab-asked")?.classList.remove("nnlab-asked")
  element?.classList.add("nnlab-asked")
}

function answerPress(event) {
  if (isOurs(event.target)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  answer(event.target)
}

// Tab goes on from thing to thing; what would press or change one asks of it.
function answerKey(event) {
  if (!["Enter", " "].includes(event.key) || isOurs(event.target)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  answer(event.target)
}

// The thing that an element belongs to, with what is said of it; nothing of what nobody has described.
function thingAt(target) {
  for (let element = target; element?.classList; element = element.parentElement) {
    for (const name of element.classList) {
      if (!name.startsWith("st-key-")) continue
      const key = name.slice("st-key-".length), said = sentenceOf(key)
      if (said) return { element, said }
    }
  }
  return null
}

// Keys of things that there are several of, or that are made anew, end in a number.
function sentenceOf(key) {
  const { things } = asked.data
  for (let name = key; name; name = name.slice(0, Math.max(0, name.lastIndexOf("-")))) if (things[name]) return things[name]
  return null
}

function answer(target) {
  const thing = thingAt(target), { words } = asked.data
  stop()
  const home = thing?.element ?? target
  const now = thing && presentOf(thing.element, words)
  tell([thing ? thing.said : words.nothing, now].filter(Boolean), home, words)
}

// What it is now: what a picture shows, what is chosen, what is typed.
function presentOf(element, words) {
  const picture = element.querySelector(PICTURES)
  if (picture) return picture.getAttribute("aria-label") || picture.alt
  const shown = wordsIn(element.querySelector("[data-baseweb=select]"))
    ?? switchOf(element, words)
    ?? wordsIn(element.querySelector("[aria-checked=true], [data-selected]"))
    ?? element.querySelector("input, textarea")?.value
    ?? wordsIn(element.querySelector("button"))
  return shown ? words.now.replace("{value}", shown) : ""
}

// What is written on a control, without the names of icons.
const wordsIn = element => (element?.querySelector("[data-testid=stMarkdownContainer], [value]") ?? element)?.textContent.trim()

function switchOf(element, words) {
  const box = element.querySelector("input[type=checkbox]")
  return box ? (box.checked ? words.on : words.off) : undefined
}

function tell(sentences, home, words) {
  document.querySelector(".nnlab-answer")?.remove()
  const before = document.activeElement
  const box = document.createElement("div")
  box.className = "nnlab-answer"
  box.setAttribute("role", "dialog")
  box.setAttribute("aria-label", words.ask)
  for (const sentence of sentences) box.appendChild(document.createElement("p")).textContent = sentence
  const close = box.appendChild(document.createElement("button"))
  close.type = "button"
  close.textContent = words.close
  const leave = () => {
    box.remove()
    document.removeEventListener("pointerdown", elsewhere, true)
    if (before?.isConnected) before.focus()
  }
  const elsewhere = event => box.contains(event.target) || leave()
  close.onclick = leave
  document.addEventListener("pointerdown", elsewhere, true)
  const app = document.querySelector("[data-testid=stApp]") ?? document.body
  const { color, backgroundColor } = getComputedStyle(app) // the theme's
  Object.assign(box.style, { color, backgroundColor })
  app.append(box) // not into the side bar, which would keep it within itself
  place(box, home.getBoundingClientRect())
  close.focus()
}

// Below the thing, else above it, and within the window.
function place(box, { left, top, bottom }) {
  const { width, height } = box.getBoundingClientRect()
  const below = bottom + 8 + height < innerHeight ? bottom + 8 : Math.max(8, top - height - 8)
  box.style.left = `${Math.min(Math.max(8, left), innerWidth - width - 8)}px`
  box.style.top = `${Math.min(below, innerHeight - height - 8)}px`
}
