// A connection that was lost for longer than the server keeps a session leads to a new session, which knows nothing of
// the page that is still on the screen. Streamlit has it run the page only in some cases, and ignores what a fragment of
// the page sends otherwise: buttons would do nothing. So we ask for a run whenever the connection is there again.

const STATE = "data-test-connection-state" // of Streamlit's outermost element
let ask // by the latest component: an earlier one's word is no longer heard
let isListening = false

export function runWhenReconnected(askForRun) {
  ask = askForRun
  const app = document.querySelector(`[${STATE}]`)
  if (isListening || !app) return // once per tab: this outlives pages
  isListening = true
  let wasConnected = true
  new MutationObserver(() => {
    const isConnected = app.getAttribute(STATE) === "CONNECTED"
    if (isConnected && !wasConnected) ask()
    wasConnected = isConnected
  }).observe(app, { attributes: true, attributeFilter: [STATE] })
}
