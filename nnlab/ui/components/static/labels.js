// The labels that Streamlit gives its parts in English alone, for those who hear a page: in the visitor's language.

const PAUSE = 300 // milliseconds between two looks, however much changes
const ICON = "[role=img][aria-label$=' icon']" // a picture within a text, whose name, "touch_app icon", tells nobody anything

const translated = new WeakMap() // by element: its label in English, and what it says since
let patterns = [] // [of the English label, what stands in its place]: of the latest page
let isListening = false, isWaiting = false

// `labels` has ours by Streamlit's, where {name} is whatever stands there.
export function translateLabels(labels) {
  patterns = Object.entries(labels).map(([english, own]) =>
    [new RegExp(`^${english.replace("{name}", "(.+)")}$`), own.replace("{name}", "$1")])
  translate()
  if (isListening) return // once per tab: this outlives pages
  isListening = true
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] }
  new MutationObserver(() => {
    if (!isWaiting) setTimeout(translate, PAUSE)
    isWaiting = true
  }).observe(document.body, changes)
}

function translate() {
  isWaiting = false
  for (const part of document.querySelectorAll("[aria-label]")) {
    const now = part.getAttribute("aria-label"), before = translated.get(part)
    const english = before && before.said === now ? before.english : now // of another language's page, else Streamlit's
    if (part.matches(ICON)) part.setAttribute("aria-hidden", "true")
    const [pattern, own] = patterns.find(([each]) => each.test(english)) ?? []
    if (!pattern) continue
    const said = english.replace(pattern, own)
    translated.set(part, { english, said })
    if (said !== now) part.setAttribute("aria-label", said)
  }
}
