// What becomes of a page whose server does not answer: it says so in its own language, and goes on when it can.
//
// A connection that was lost for longer than the server keeps a session leads to a new session, which knows nothing of
// the page that is still on the screen. Streamlit has it run the page only in some cases, and ignores what a fragment of
// the page sends otherwise: buttons would do nothing. So we ask for a run whenever the connection is there again.
//
// After a message that it cannot make sense of, Streamlit gives the connection up for good, and the page would stand
// still whatever the server does. So it is loaded anew then, as soon as the server answers: its address says what it
// shows, and the browser has what was drawn.

const STATE = "data-test-connection-state" // of Streamlit's outermost element
const GIVEN_UP = "DISCONNECTED_FOREVER"
const SOUND_AFTER = 10000 // milliseconds: a page that is given up sooner would be given up again and again
const BETWEEN = 1000 // milliseconds, of asking whether the server answers, and up to as much again: thirty do not ask at once
const TITLE = "[data-testid=stDialog] [slot=title]"
const STREAMLITS_TITLE = "Connection error" // in every language, and by it we know the window; other markup stays as it is
let frame // what the latest component was told: an earlier one's word is no longer heard
let isListening = false

export function watchConnection(words, askForRun) {
  frame = { words, askForRun }
  const app = document.querySelector(`[${STATE}]`)
  if (isListening || !app) return // once per tab: this outlives pages
  isListening = true
  let wasConnected = true
  const windows = new MutationObserver(translate)
  new MutationObserver(() => {
    const state = app.getAttribute(STATE)
    const isConnected = state === "CONNECTED"
    if (state === GIVEN_UP && performance.now() > SOUND_AFTER) loadAnew()
    if (isConnected) windows.disconnect()
    else windows.observe(document.body, { childList: true, subtree: true })
    if (isConnected && !wasConnected) frame.askForRun()
    wasConnected = isConnected
  }).observe(app, { attributes: true, attributeFilter: [STATE] })
}

async function loadAnew() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN * (1 + Math.random())))
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null)
    if (answer?.ok) return location.reload()
  }
}

// Streamlit's window asks whether there is internet, which a class does not need, or names another app's command.
function translate() {
  const title = document.querySelector(TITLE)
  if (title?.textContent !== STREAMLITS_TITLE) return
  const { lost, lost_help: help } = frame.words
  title.firstChild.data = lost
  const message = title.nextElementSibling
  for (const part of message.children) part.style.display = "none" // React may still write into it
  const words = message.appendChild(Object.assign(document.createElement("p"), { textContent: help }))
  words.style.wordBreak = "keep-all" // Korean too breaks its lines between words, as on the page
}
