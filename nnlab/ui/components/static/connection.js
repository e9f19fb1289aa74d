// What becomes of a page whose server does not answer: it says so in its own language, and goes on when it can.
//
// A connection that was lost for longer than the server keeps a session leads to a new session, which knows nothing of
// the page that is still on the screen. Streamlit has it run the page only in some cases, and ignores what a fragment of
// the page sends otherwise: buttons would do nothing. So we ask for a run whenever the connection is there again.

const STATE = "data-test-connection-state" // of Streamlit's outermost element
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
    const isConnected = app.getAttribute(STATE) === "CONNECTED"
    if (isConnected) windows.disconnect()
    else windows.observe(document.body, { childList: true, subtree: true })
    if (isConnected && !wasConnected) frame.askForRun()
    wasConnected = isConnected
  }).observe(app, { attributes: true, attributeFilter: [STATE] })
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
