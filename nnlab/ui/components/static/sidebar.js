// The sidebar of a phone that lies on its side: Streamlit opens it wherever a window is wide, but there it would take a third
// of a picture that is low already. So it is closed when a page is opened, as on a phone that is held upright, and not
// seen before that; opened, it lies upon the page, and a touch beside it closes it. See nnlab/ui/style.css.

const LOW = "(max-height: 500px) and (pointer: coarse)"
const SIDEBAR = '[data-testid="stSidebar"]'
const BUTTON = '[data-testid="stSidebarCollapseButton"] button'
const MAIN = '[data-testid="stMain"]'
const TRIES = 8 // while the page is still being drawn it may not hear
const PAUSE = 250 // milliseconds between two

let page = null

export function closeWhereLow() {
  if (page === location.pathname) return
  if (page === null) document.addEventListener("pointerdown", closeFromBeside)
  page = location.pathname
  if (matchMedia(LOW).matches) close(TRIES)
}

function close(tries) {
  const sidebar = document.querySelector(SIDEBAR)
  if (sidebar?.dataset.collapsed === "true" || !tries) {
    document.documentElement.dataset.menu = "met" // from now on it is seen when it is open
    return
  }
  sidebar?.querySelector(BUTTON)?.click()
  setTimeout(close, PAUSE, tries - 1)
}

function closeFromBeside({ target }) {
  if (matchMedia(LOW).matches && target instanceof Element && target.closest(MAIN)) {
    document.querySelector(`${SIDEBAR}:not([data-collapsed="true"]) ${BUTTON}`)?.click()
  }
}
