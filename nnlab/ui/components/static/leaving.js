// A page that is being left says nothing more. Until the next page is on the screen, the old one may still send a stroke
// or a look at a run. Streamlit's server would take that for a return to the old page, and leave the screen empty.
// Part of the page itself, to be there in time: see nnlab/ui/components/frame.py.

// Of Streamlit's messages to its server: the number of the field that asks for a run, and of two fields of that.
const RUN = 11
const PAGE = 3
const FRAGMENT = 5

function endWhatIsLeft() {
  if (window.nnlabEndsWhatIsLeft) return
  window.nnlabEndsWhatIsLeft = true
  const send = WebSocket.prototype.send
  let asked = "" // the page that was asked for last; at first its name is only known to the server
  WebSocket.prototype.send = function (message) {
    const run = fieldOf(message, RUN)
    const [page, fragment] = [PAGE, FRAGMENT].map(field => new TextDecoder().decode(fieldOf(run, field)))
    if (fragment && asked && page !== asked) return
    if (run.length && !fragment) asked = page
    send.call(this, message)
  }
}

// The bytes of a field of a protobuf message; none of a field that is not there.
function fieldOf(message, number) {
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
  while (at < message.length) {
    const tag = readInteger()
    const [found, kind] = [tag >> 3, tag & 7]
    if (kind === 0) readInteger()
    else if (kind === 1) at += 8
    else if (kind === 5) at += 4
    else {
      const length = readInteger()
      if (found === number) return message.subarray(at, at + length)
      at += length
    }
  }
  return new Uint8Array()
}

endWhatIsLeft()
