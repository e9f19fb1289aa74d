// Tells whoever asks, once and for all pages, that something has changed on the page: a moment later, for all of it.

const MOMENT = 250 // milliseconds

const looks = []
let isWaiting = false

export function whenRedrawn(look) {
  if (!looks.length) {
    new MutationObserver(wait).observe(document.body, { subtree: true, childList: true })
    window.addEventListener("resize", wait)
  }
  looks.push(look)
  wait()
}

function wait() {
  if (isWaiting) return
  isWaiting = true
  setTimeout(() => {
    isWaiting = false
    for (const look of looks) look()
  }, MOMENT)
}
