// What is this? Whatever is pressed next says what it is instead of doing it. See nnlab/ui/components/asking.py.

const STOPPED = ["pointerdown", "mousedown", "touchstart", "pointerup", "mouseup", "touchend", "dblclick"]
const PICTURES = "[role=img][aria-label], [role=figure][aria-label], figure[aria-label], img[alt], canvas[aria-label]"
const CHOSEN = "[data-testid=stSliderThumbValue], [aria-checked=true], [aria-pressed=true], [data-selected], [aria-current=page]"
const MOST_LETTERS = 300 // of a thing's own words, to be said as what it is now
const ENDINGS = [["-table", "shell-data"], ["-picture", "shell-image"]] // of keys that share a sentence
const loaded = {} // by its address: the promise of what things are
let asked = null // what the page that is open says of its things, while the visitor asks

export function offer({ parentElement, data }, base) {
  const button = parentElement.querySelector(".nnlab-ask")
  if (asked && !asked.button.isConnected) stop() // the page that was asked about has been left
  const told = document.querySelector(".nnlab-told")
  if (told && told.page !== location.pathname) told.leave()
  const isAsking = asked?.button === button
  if (isAsking) asked.words = data.words
  button.textContent = isAsking ? data.words.asking : data.words.ask
  button.onclick = () => (asked ? stop() : begin(button, data.words, new URL(data.things, base)))
}

function begin(button, words, address) {
  const begun = { button, words, things: {} }
  begun.coming = load(address).then(things => { begun.things = things })
  asked = begun
  button.setAttribute("aria-pressed", "true")
  button.textContent = words.asking
  document.documentElement.classList.add("nnlab-asking")
  for (const name of STOPPED) document.addEventListener(name, swallow, { capture: true, passive: false })
  document.addEventListener("click", answerPress, true)
  document.addEventListener("keydown", answerKey, true)
  document.addEventListener("pointermove", point, true)
  document.addEventListener("focusin", point, true)
}

// What does not come is asked for again the next time.
function load(address) {
  loaded[address] ??= fetch(address).then(found => (found.ok ? found.json() : Promise.reject(found.status)))
  return loaded[address].catch(() => {
    delete loaded[address]
    return {}
  })
}

function stop() {
  const { button, words } = asked
  asked = null
  button.setAttribute("aria-pressed", "false")
  button.textContent = words.ask
  document.documentElement.classList.remove("nnlab-asking")
  for (const name of STOPPED) document.removeEventListener(name, swallow, { capture: true })
  document.removeEventListener("click", answerPress, true)
  document.removeEventListener("keydown", answerKey, true)
  document.removeEventListener("pointermove", point, true)
  document.removeEventListener("focusin", point, true)
  mark(null)
}

const isOurs = target => target === asked.button || target.closest?.(".nnlab-told")

// Neither a slider nor a canvas may notice that it was pressed.
function swallow(event) {
  if (isOurs(event.target)) return
  event.stopImmediatePropagation()
  if (event.cancelable && event.type !== "touchend") event.preventDefault() // whose default is the click
}

function point(event) {
  mark(isOurs(event.target) ? null : thingAt(event.target, asked.things)?.element)
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

// Tab goes on from thing to thing; what would press or change one asks of it; Escape asks no more.
function answerKey(event) {
  if (event.key === "Escape") return stop()
  if (!["Enter", " "].includes(event.key) || isOurs(event.target)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  answer(event.target)
}

// The thing that an element belongs to, with what is said of it; nothing of what nobody has described.
function thingAt(target, things) {
  for (let element = target; element?.classList; element = element.parentElement) {
    for (const name of element.classList) {
      if (!name.startsWith("st-key-")) continue
      const said = sentenceOf(name.slice("st-key-".length), things)
      if (said) return { element, said }
    }
  }
  return null
}

// Keys of things that there are several of end in a number or a name: those share a sentence. As asking.py has it.
function sentenceOf(key, things) {
  for (const [ending, shared] of ENDINGS) if (!things[key] && key.endsWith(ending)) return things[shared]
  for (let name = key, last; name && name !== last; last = name, name = name.replace(/\d+$|[-_](\d+|[^-_]*[^-_\d])?$/, ""))
    if (things[name]) return things[name]
  return null
}

async function answer(target) {
  const begun = asked, { words } = begun
  stop()
  await begun.coming
  const thing = thingAt(target, begun.things), home = thing?.element ?? target
  const now = thing && presentOf(thing.element, words)
  tell([thing ? thing.said : words.nothing, now].filter(Boolean), home, words)
}

// What it is now: its newest numbers, what a picture shows, what is chosen, what is typed, else its own few words.
function presentOf(element, words) {
  const newest = element.querySelector("[data-now]")
  if (newest) return newest.dataset.now
  const picture = element.querySelector(PICTURES)
  if (picture) return picture.getAttribute("aria-label") || picture.alt
  const shown = wordsIn(element.querySelector("[data-baseweb=select]"))
    ?? switchOf(element, words)
    ?? chosenIn(element)
    ?? valueIn(element.querySelector("input, textarea"))
    ?? foldOf(element.querySelector("details"), words)
    ?? wordsIn(element.querySelector("button"))
    ?? ownWords(element)
  return shown ? words.now.replace("{value}", shown) : ""
}

// Of several that are chosen, all; of a slider with two ends, both.
function chosenIn(element) {
  return [...element.querySelectorAll(CHOSEN)].map(wordsIn).join(", ") || undefined
}

const valueIn = field => field?.value
const foldOf = (fold, words) => fold && (fold.open ? words.open : words.closed)

function ownWords(element) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), found = []
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode
    if (data.trim() && !parentElement.closest("[data-testid=stIconMaterial], style")) found.push(data.trim())
  }
  const said = found.join(" ")
  return said.length <= MOST_LETTERS ? said : ""
}

// What is written on a control, without the names of icons.
const wordsIn = element => (element?.querySelector("[data-testid=stMarkdownContainer], [value]") ?? element)?.textContent.trim()

function switchOf(element, words) {
  const box = element.querySelector("input[type=checkbox]")
  return box ? (box.checked ? words.on : words.off) : undefined
}

function tell(sentences, home, words) {
  document.querySelector(".nnlab-told")?.leave()
  const before = document.activeElement
  const box = Object.assign(document.createElement("div"), { className: "nnlab-told", page: location.pathname })
  box.setAttribute("role", "dialog")
  box.setAttribute("aria-label", words.ask)
  for (const sentence of sentences) box.appendChild(document.createElement("p")).textContent = sentence
  const close = box.appendChild(document.createElement("button"))
  close.type = "button"
  close.textContent = words.close
  box.leave = () => {
    const hadFocus = box.contains(document.activeElement)
    box.remove()
    document.removeEventListener("pointerdown", elsewhere, true)
    if (hadFocus && before?.isConnected) before.focus()
  }
  const elsewhere = event => box.contains(event.target) || box.leave()
  close.onclick = box.leave
  box.addEventListener("keydown", event => event.key === "Escape" && box.leave())
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
