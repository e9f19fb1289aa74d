// Who the visitor is, across reloads and lost connections. See nnlab/ui/state.py.
// A visit lasts as long as the tab; what somebody owns, its runs, all tabs of a browser share.

const VISIT = "nnlab.visit" // in the tab's own storage
const OWNER = "nnlab_owner" // a cookie, so that the server knows it with a page's first drawing
const OWNER_SECONDS = 30 * 24 * 3600
const WELL_FORMED = /^[\w-]{22}$/ // as the server makes them

const channel = window.BroadcastChannel && new BroadcastChannel(VISIT) // of all tabs of this browser
const ANSWER_MILLISECONDS = 1000 // within which another tab says that a visit is its own, on a busy machine too

let ownVisit // once it is known, for as long as this document is there
let settling // while other tabs are asked

// Keep what the server says where nothing is known yet; tell it where the browser knows better.
export function identify(said, tell) {
  if (ownVisit) return compare(said, tell)
  const visit = remembered()
  if (visit && mayBeACopy()) {
    settling ??= isOfAnotherTab(visit).then(isTheirs => remember(isTheirs ? said.visit : visit))
    settling.then(() => compare(said, tell))
  } else {
    remember(visit ?? said.visit)
    compare(said, tell)
  }
}

function compare(said, tell) {
  const known = { visit: ownVisit, owner: ownerFromCookie() ?? said.owner }
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is newer than our oldest browsers, and needs https
  document.cookie = `${OWNER}=${known.owner}; path=/; max-age=${OWNER_SECONDS}; SameSite=Lax`
  // Streamlit ignores a message that equals the last one, and after a second lost connection it would. So the message
  // also says which visit it corrects.
  if (known.visit !== said.visit || known.owner !== said.owner) tell({ ...known, instead: said.visit })
}

function remembered() {
  try {
    const known = sessionStorage.getItem(VISIT)
    return WELL_FORMED.test(known) ? known : null
  } catch {
    return null // a browser that keeps nothing: the visit ends with the document
  }
}

function remember(visit) {
  ownVisit = visit
  try {
    sessionStorage.setItem(VISIT, visit)
  } catch {}
}

// A tab that was duplicated, or opened by another, begins with a copy of that one's storage. In one visit, each of them
// would overwrite what the other has collected. It begins with its first page, or with one taken from a history; a tab
// that goes from page to page, or is reloaded, is none, and need not wait.
function mayBeACopy() {
  const type = performance.getEntriesByType("navigation")[0]?.type
  return channel && (type === "back_forward" || (type === "navigate" && history.length === 1))
}

function isOfAnotherTab(visit) {
  return new Promise(resolve => {
    channel.addEventListener("message", ({ data }) => data.owned === visit && resolve(true))
    channel.postMessage({ asked: visit })
    setTimeout(resolve, ANSWER_MILLISECONDS, false)
  })
}

channel?.addEventListener("message", ({ data }) => {
  if (ownVisit && data.asked === ownVisit) channel.postMessage({ owned: ownVisit })
})

function ownerFromCookie() {
  const pair = document.cookie.split("; ").find(cookie => cookie.startsWith(`${OWNER}=`))
  const owner = pair?.slice(OWNER.length + 1)
  return WELL_FORMED.test(owner) ? owner : null
}
