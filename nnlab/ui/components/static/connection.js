// What becomes of a page whose server does not answer: it says so in its own language, and goes on when it can.
//
// A connection that was lost for longer than the server keeps a session leads to a new session, which knows nothing of
// the page that is still on the screen. Streamlit has it run the page only in some cases, and ignores what a fragment of
// the page sends otherwise: buttons would do nothing. So we ask for a run whenever the connection is there again.
//
// After a message that it cannot make sense of, Streamlit gives the connection up for good, and the page would stand
// still whatever the server does. So it is loaded anew then, as soon as the server answers: its address says what it
// shows, and the browser has what was drawn. A page that is given up again before it is sound was loaded in vain: each
// time we wait twice as long, and at last we leave it to the visitor.

const STATE = "data-test-connection-state" // of Streamlit's outermost element
const GIVEN_UP = "DISCONNECTED_FOREVER"
const SOUND_AFTER = 10000 // milliseconds with a connection
const BETWEEN = 1000 // milliseconds, of asking whether the server answers, and up to as much again: thirty do not ask at once
const IN_VAIN = "nnlab.loaded-in-vain" // how often, in the tab's own storage, since the page was sound
const MOST_IN_VAIN = 5 // a minute of waiting in all
const TITLE = "[data-testid=stDialog] [slot=title]"
const STREAMLITS_TITLE = "Connection error" // in every language, and by it we know the window; other markup stays as it is
let frame // what the latest component was told: an earlier one's word is no longer heard
let isListening = false
let fate = "lost" // of the connection, as the words name it: "lost", "broken" if the page is loaded anew, or "given_up"
let isSound = false

export function watchConnection(words, askForRun) {
  frame = { words, askForRun }
  const app = document.querySelector(`[${STATE}]`)
  if (isListening || !app) return // once per tab: this outlives pages
  isListening = true
  let wasConnected = true
  let soundness // the timer
  const windows = new MutationObserver(translate)
  const look = () => {
    const state = app.getAttribute(STATE)
    const isConnected = state === "CONNECTED"
    if (isConnected) {
      windows.disconnect()
      soundness ??= setTimeout(beSound, SOUND_AFTER)
      if (!wasConnected) frame.askForRun()
    } else {
      clearTimeout(soundness)
      soundness = undefined
      if (state === GIVEN_UP && fate === "lost") giveUp()
      windows.observe(document.body, { childList: true, subtree: true })
      translate()
    }
    wasConnected = isConnected
  }
  new MutationObserver(look).observe(app, { attributes: true, attributeFilter: [STATE] })
  look() // the connection may have been given up before this script was there
}

function beSound() {
  isSound = true
  remember(0)
}

function giveUp() {
  const inVain = timesInVain()
  fate = inVain < MOST_IN_VAIN ? "broken" : "given_up"
  if (fate === "broken") loadAnew(inVain)
}

async function loadAnew(inVain) {
  const pause = () => BETWEEN * (1 + Math.random())
  await sleep(pause() * 2 ** inVain)
  while (!(await answers())) await sleep(pause())
  remember(inVain + 1)
  location.reload()
}

async function answers() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null)
  return Boolean(answer?.ok)
}

function sleep(milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}

// A browser that keeps nothing cannot count: there, a page is loaded anew only after it was sound.
function timesInVain() {
  try {
    return Number(sessionStorage.getItem(IN_VAIN))
  } catch {
    return isSound ? 0 : MOST_IN_VAIN
  }
}

function remember(inVain) {
  try {
    if (inVain) sessionStorage.setItem(IN_VAIN, inVain)
    else sessionStorage.removeItem(IN_VAIN)
  } catch {}
}

// Streamlit's window asks whether there is internet, which a class does not need, or names another app's command.
function translate() {
  const title = document.querySelector(TITLE)
  if (!title || title.textContent === frame.words[fate]) return
  const isOurs = Object.values(frame.words).includes(title.textContent) // from before the connection was given up
  if (!isOurs && title.textContent !== STREAMLITS_TITLE) return
  title.firstChild.data = frame.words[fate]
  const message = title.nextElementSibling
  for (const part of message.children) part.style.display = "none" // React may still write into it
  const help = { textContent: frame.words[`${fate}_help`] }
  const words = message.appendChild(Object.assign(document.createElement("p"), help))
  words.style.wordBreak = "keep-all" // Korean too breaks its lines between words, as on the page
  if (fate === "given_up") message.appendChild(button())
}

function button() {
  const made = document.createElement("button")
  made.type = "button"
  made.textContent = frame.words.load_anew
  made.className = document.querySelector("[data-testid=stBaseButton-secondary]")?.className ?? "" // to look as others do
  made.addEventListener("click", () => location.reload())
  return made
}
