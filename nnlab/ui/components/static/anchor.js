// An address that ends in an anchor, as glossary#epoch, leads to it however late the page is drawn.

const TRIES = 120, PAUSE = 250 // milliseconds: half a minute in all
const HANDS_OFF = ["wheel", "touchstart", "pointerdown", "keydown"] // who moves the page himself is left alone
let followed = "" // the last anchor that was followed: a page that is drawn anew does not scroll again

export function followAnchor() {
  const anchor = decoded(location.hash.slice(1)), address = location.pathname + location.hash
  if (!anchor || address === followed) return
  followed = address
  let tries = 0, seen = 0
  const stop = () => {
    clearInterval(timer)
    for (const type of HANDS_OFF) window.removeEventListener(type, stop, true)
  }
  const timer = setInterval(() => {
    const target = document.getElementById(anchor), top = target?.getBoundingClientRect().top
    if (target && top >= 0 && top < innerHeight / 2) seen++
    else if (target) target.scrollIntoView()
    if (seen === 4 || ++tries === TRIES) stop() // it has stayed there for a second
  }, PAUSE)
  for (const type of HANDS_OFF) window.addEventListener(type, stop, true)
}

// What somebody has typed may be no text.
function decoded(hash) {
  try {
    return decodeURIComponent(hash)
  } catch {
    return ""
  }
}
