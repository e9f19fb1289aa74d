// What the browser does not tell the server, because Streamlit's server would take it amiss. Part of the page itself, to
// be there in time: see nnlab/ui/components/frame.py.
//
// A page that is being left says nothing more. Until the next page is on the screen, the old one may still send a stroke
// or a look at a run. The server would take that for a return to the old page, and leave the screen empty.
//
// One press of a button is one command. Streamlit notes a press, and sends it a moment later. On a busy machine the page
// may look at a run in between, and that look would carry the press too: the run would be paused, and resumed. Such a
// look is left out. The press has the page run anyway.

// Numbers of fields in Streamlit's messages to its server: a message asks for a run, a run says what all widgets hold.
const RUN = 11
const [WIDGETS, PAGE, FRAGMENT, IS_LOOK] = [2, 3, 5, 6] // of a run
const WIDGET = 1 // of the widgets, for each of them
const PRESSES = [2, 14, 15, 16] // of a widget: a button, a text, a question to a chat, an event of a component

function sendWithCare() {
  if (window.nnlabSendsWithCare) return
  window.nnlabSendsWithCare = true
  const send = WebSocket.prototype.send
  let asked = "" // the page that was asked for last; at first its name is only known to the server
  WebSocket.prototype.send = function (message) {
    const [asksFor] = (message instanceof Uint8Array && fieldsOf(message)[RUN]) || []
    if (!asksFor) return send.call(this, message)
    const run = fieldsOf(asksFor)
    const [page, fragment] = [PAGE, FRAGMENT].map(field => new TextDecoder().decode(run[field]?.[0]))
    if (fragment && asked && page !== asked) return
    if (run[IS_LOOK]?.[0] && holdsPress(run)) return
    if (!fragment) asked = page
    send.call(this, message)
  }
}

function holdsPress(run) {
  const widgets = fieldsOf(run[WIDGETS]?.[0] ?? [])[WIDGET] ?? []
  return widgets.map(fieldsOf).some(widget => PRESSES.some(field => widget[field]))
}

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
