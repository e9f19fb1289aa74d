// What is too wide for a narrow window and scrolls, a table or a formula: the keyboard can reach it, then its arrows
// scroll it. Not every browser lets it by itself.

import { whenRedrawn } from "./redrawing.js"

const SCROLLERS = "[data-testid=stMarkdownContainer]:has(> table), .katex-display"

export function reachScrollers() {
  if (window.nnlabReaches) return
  window.nnlabReaches = true
  whenRedrawn(() => {
    for (const box of document.querySelectorAll(SCROLLERS)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
      else box.removeAttribute("tabindex")
    }
  })
}
