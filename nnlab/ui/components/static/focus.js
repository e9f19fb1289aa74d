// A pressed button often gives way to another one, or can no longer be pressed. The browser then puts the keyboard's
// focus on the whole page. This script moves it to what stands in the same place: to the element of the same key, or to
// the first button around it that can be pressed.

const NEAR = 2 // at first only the innermost keys are tried: the button's own and that of its row
const WIDER = 1000 // milliseconds after the page's script has ended: from then on anything around is tried
const PATIENCE = 30_000 // milliseconds until we give up: a server that has just started imports torch first
const SCRIPT = "data-test-script-state" // of Streamlit's outermost element
const DOUBLE_CLICK = 500 // milliseconds, as most systems have it
const KEY = /^st-key-/ // Streamlit's class for the key of a widget or a container
let places = [] // of what had the focus last: it, and what is around it, from the inside out
let lostAt = 0
let quietSince = 0 // when the page's script has ended, since the focus was lost
let isListening = false
let clickedAt = -Infinity

export function keepFocus() {
  if (isListening) return // once per tab: this outlives pages
  isListening = true
  document.addEventListener("focusin", event => remember(event.target))
  document.addEventListener("pointerdown", forget, true) // whoever points decides anew
  document.addEventListener("keydown", event => event.key === "Tab" && forget(), true)
  document.addEventListener("click", swallowSecondClick, true)
  const options = { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled", SCRIPT] }
  new MutationObserver(restore).observe(document.body, options)
  if (document.activeElement !== document.body) remember(document.activeElement) // it came before we could hear of it
}

function forget() {
  places = []
}

function remember(element) {
  places = []
  lostAt = quietSince = 0
  for (let node = element; node && node !== document.body; node = node.parentElement) {
    const key = [...node.classList].find(name => KEY.test(name))
    if (node.dataset.testid === "stMain" || node.dataset.testid === "stSidebar") break
    places.push({ node, key })
  }
  if (!places.some(place => place.key)) places = [] // not one of the page's own widgets
}

function restore() {
  const focused = document.activeElement
  if (!places.length || (focused && focused !== document.body && !focused.disabled)) return
  const now = performance.now()
  lostAt ||= now
  if (now - lostAt > PATIENCE) return forget()
  if (!document.querySelector(`[${SCRIPT}="notRunning"]`)) quietSince = 0
  else if (!quietSince) {
    quietSince = now
    setTimeout(restore, WIDER + 50)
  }
  const isQuiet = quietSince && now - quietSince >= WIDER
  const candidates = isQuiet ? places : places.filter(place => place.key).slice(0, NEAR)
  candidates.map(enabledIn).find(Boolean)?.focus({ preventScroll: true })
}

function enabledIn({ node, key }) {
  const place = node.isConnected ? node : key && keyed(key)
  return place && [place, ...place.querySelectorAll("button")].find(isPressable)
}

// The element of a key, or of the same key with another number at its end: of the next round, say.
function keyed(key) {
  const stem = key.replace(/-\d+$/, "-")
  return document.querySelector(`.${CSS.escape(key)}`) ?? (stem !== key && document.querySelector(`[class*="${stem}"]`))
}

function isPressable(element) {
  return element.matches("button:not([disabled])") && element.getClientRects().length > 0 && element.isConnected
}

// The button that starts a run pauses it a moment later, so a double click would do both; it is meant as one click. The
// browser counts clicks anew when the button's words change in between. A press of a key is no click of the mouse.
function swallowSecondClick(event) {
  if (!event.detail || !event.target.closest?.(".st-key-train-first")) return
  const isSecond = event.timeStamp - clickedAt < DOUBLE_CLICK
  clickedAt = event.timeStamp
  if (!isSecond) return
  event.stopPropagation()
  event.preventDefault()
}
