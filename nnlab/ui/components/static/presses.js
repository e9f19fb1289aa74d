// One press of a button is one command. Streamlit notes a press, and sends it a moment later. On a busy machine the page
// may look at a run in between. That look would send the press too, and the run would be paused and resumed. So the looks
// wait until the press has been sent. This script is part of the page itself, to be there in time: see
// nnlab/ui/components/frame.py.

function sendPressesOnce() {
  if (window.nnlabSendsOnce) return
  window.nnlabSendsOnce = true
  const startInterval = window.setInterval
  let presses = 0 // that may not have been sent yet
  const noteWhatIsPressed = () => {
    presses += 1
    setTimeout(() => setTimeout(() => (presses -= 1))) // Streamlit's own comes after the first of the two
  }
  for (const type of ["click", "keydown"]) window.addEventListener(type, noteWhatIsPressed, true)
  window.setInterval = (look, ...rest) => {
    if (typeof look !== "function") return startInterval(look, ...rest)
    return startInterval((...values) => presses || look(...values), ...rest)
  }
}

sendPressesOnce()
