// What the browser does not tell the server, or not yet, because Streamlit's server would take it amiss. Part of the page
// itself, to be there in time: see nnlab/ui/components/frame.py.
//
// A page that is being left says nothing more. Until the next page is on the screen, the old one may still send a stroke
// or a look at a run. The server would take that for a return to the old page, and leave the screen empty.
//
// A page may also be left because its script leads to another. Only the server knows of that, and says so with the run
// of the new page.
//
// A whole page is asked for when the last press has been heard. A press in a part of the page waits on the server while
// that part is being drawn; who asks for a whole page then, by a link in the sidebar, say, has the server forget what
// waits, and the press was in vain.

// Numbers of fields in Streamlit's messages. To its server: a message asks for a run, a run says what all widgets hold.
const RUN = 11
const [PAGE, FRAGMENT] = [3, 5] // of a run
// From its server: a message says which page's script runs now.
const [BEGUN, PAGE_BEGUN] = [4, 9]

const REST = 200 // milliseconds without a run of the script after a press: it has been heard
const LONGEST = 2000 // milliseconds; who wants to leave a page that takes so long is not kept any longer
const LOOK = 25 // milliseconds between two looks whether it has been heard
const STATE = "data-test-script-state" // of Streamlit's outermost element

function sendWithCare() {
  if (window.nnlabSendsWithCare) return
  window.nnlabSendsWithCare = true
  const send = WebSocket.prototype.send
  const { isHeard, note } = presses(document.querySelector(`[${STATE}]`))
  const waiting = [] // what is sent later, in this order
  const heard = new WeakSet() // the connections that are listened to
  let asked = "" // the page that was asked for last; at first its name is only known to the server
  let isAwaited = false // whether the server has not begun with it yet: what it begins with until then is an older one
  const hear = ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return
    const [begun] = fieldsOf(new Uint8Array(data))[BEGUN] || []
    const page = begun && text(fieldsOf(begun)[PAGE_BEGUN])
    if (!page || (isAwaited && page !== asked)) return
    asked = page
    isAwaited = false
  }
  WebSocket.prototype.send = function (message) {
    if (!heard.has(this)) this.addEventListener("message", hear)
    heard.add(this)
    const [asksFor] = (message instanceof Uint8Array && fieldsOf(message)[RUN]) || []
    if (!asksFor) return send.call(this, message)
    const run = fieldsOf(asksFor)
    const [page, fragment] = [PAGE, FRAGMENT].map(field => text(run[field]))
    const sendNow = () => {
      if (fragment && asked && page !== asked) return
      if (fragment) note()
      else {
        asked = page
        isAwaited = page !== ""
      }
      send.call(this, message)
    }
    if (!waiting.length && (fragment || isHeard())) return sendNow()
    if (waiting.push(sendNow) === 1) sendWhenHeard()
  }
  const sendWhenHeard = () => {
    if (!isHeard()) return setTimeout(sendWhenHeard, LOOK)
    for (const sendNow of waiting.splice(0)) sendNow()
  }
}

// Whether the last press in a part of the page, which ``note`` notes, has been heard by the server.
function presses(app) {
  let [pressed, changed] = [-Infinity, -Infinity] // when: in milliseconds
  const now = () => performance.now()
  if (app) new MutationObserver(() => (changed = now())).observe(app, { attributes: true, attributeFilter: [STATE] })
  const isResting = () => app?.getAttribute(STATE) === "notRunning" && now() - Math.max(pressed, changed) > REST
  return { isHeard: () => !app || now() - pressed > LONGEST || isResting(), note: () => (pressed = now()) }
}

const text = values => new TextDecoder().decode(values?.[0])

// The fields of a protobuf message by their numbers, each with all its values: whole numbers, and bytes of what is longer.
function fieldsOf(message) {
  const fields = {}
  let at = 0
  const readInteger = () => {
    let [value, scale, byte] = [0, 1, 0]
    do {
      byte = message[at++]
      value += (byte & 127) * scale
      scale *= 128
    } while (byte & 128)
    return value
  }
  const readBytes = length => {
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const tag = readInteger()
    const [number, kind] = [tag >> 3, tag & 7]
    const value = kind === 0 ? readInteger() : readBytes(kind === 1 ? 8 : kind === 5 ? 4 : readInteger())
    fields[number] = [...(fields[number] ?? []), value]
  }
  return fields
}

sendWithCare()
