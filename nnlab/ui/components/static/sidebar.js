// The sidebar of a phone that lies on its side: Streamlit opens it wherever a window is wide, but there it would take a third
// of a picture that is low already. So it is closed when a page is opened, as on a phone that is held upright.

const LOW = "(max-height: 500px) and (pointer: coarse)"
const SIDEBAR = '[data-testid="stSidebar"]'
const BUTTON = '[data-testid="stSidebarCollapseButton"] button'
const TRIES = 8 // while the page is still being drawn it may not hear
const PAUSE = 250 // milliseconds between two

let page = null

export function closeWhereLow() {
  if (page === location.pathname) return
  page = location.pathname
  if (matchMedia(LOW).matches) close(TRIES)
}

function close(tries) {
  const sidebar = document.querySelector(SIDEBAR)
  if (sidebar?.dataset.collapsed === "true" || !tries) return
  sidebar?.querySelector(BUTTON)?.click()
  setTimeout(close, PAUSE, tries - 1)
}
