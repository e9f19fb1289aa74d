// A page that the browser translates: the translator puts text into elements of its own, and Streamlit's React, which
// knows nothing of that, would give up the part of the page that it no longer finds. See facebook/react, issue 11538.
// Not fetched like the other scripts, but part of the page itself, so that it is there in time: see
// nnlab/ui/components/frame.py.

// What changes by itself while it is looked at is not for translating: an old number would stand where a new one belongs.
const MOVING = [
  '[data-testid="stProgress"]', '[data-testid="stMetricValue"]', ".st-key-train-commands",
  '[data-testid="stSidebar"] [data-testid="stCaptionContainer"]', ".nnlab-curve", ".nnlab-reading", ".nnlab-clock",
  ".nnlab-living", ".nnlab-grid", ".nnlab-prompt", ".nnlab-rounds", ".nnlab-verdict", ".nnlab-counts",
].join(", ")

function surviveTranslation() {
  if (window.nnlabTranslates) return
  window.nnlabTranslates = true
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function (child) {
    if (child.parentNode === this) return removeChild.call(this, child)
    const wrapper = childWith(this, child)
    if (wrapper) removeChild.call(this, wrapper)
    return child // where the translator has thrown it away there is nothing left to do
  }
  Node.prototype.insertBefore = function (child, next) {
    return insertBefore.call(this, child, next && next.parentNode !== this ? childWith(this, next) : next)
  }
  keepAsItIs(document.body)
  new MutationObserver(changes => {
    const added = changes.flatMap(change => [...change.addedNodes])
    added.filter(node => node.nodeType === Node.ELEMENT_NODE).forEach(keepAsItIs)
  }).observe(document.body, { childList: true, subtree: true })
}

// The child of an element that a node has been wrapped into; null if it is not within the element.
function childWith(element, node) {
  let child = node
  while (child && child.parentNode !== element) child = child.parentNode
  return child
}

function keepAsItIs(element) {
  if (element.matches(MOVING)) element.translate = false
  for (const part of element.querySelectorAll(MOVING)) part.translate = false
}

surviveTranslation()
