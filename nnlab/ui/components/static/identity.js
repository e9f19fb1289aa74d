// Who the visitor is, across reloads and lost connections. See nnlab/ui/state.py.
// A visit lasts as long as the tab; what somebody owns, its runs, all tabs of a browser share.

const VISIT = "nnlab.visit" // in the tab's own storage
const OWNER = "nnlab_owner" // a cookie, so that the server knows it with a page's first drawing
const OWNER_SECONDS = 30 * 24 * 3600
const WELL_FORMED = /^[\w-]{22}$/ // as the server makes them

// Keep what the server says where nothing is known yet; tell it where the browser knows better.
export function identify(said, tell) {
  const known = { visit: remember(said.visit), owner: ownerFromCookie() ?? said.owner }
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is newer than our oldest browsers, and needs https
  document.cookie = `${OWNER}=${known.owner}; path=/; max-age=${OWNER_SECONDS}; SameSite=Lax`
  // Streamlit ignores a message that equals the last one, and after a second lost connection it would. So the message
  // also says which visit it corrects.
  if (known.visit !== said.visit || known.owner !== said.owner) tell({ ...known, instead: said.visit })
}

function remember(visit) {
  try {
    const known = sessionStorage.getItem(VISIT)
    if (WELL_FORMED.test(known)) return known
    sessionStorage.setItem(VISIT, visit)
  } catch {} // a browser that keeps nothing: the visit ends with the session
  return visit
}

function ownerFromCookie() {
  const pair = document.cookie.split("; ").find(cookie => cookie.startsWith(`${OWNER}=`))
  const owner = pair?.slice(OWNER.length + 1)
  return WELL_FORMED.test(owner) ? owner : null
}
