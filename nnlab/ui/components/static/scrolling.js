// What is too wide for a narrow window and scrolls, a table or a formula: the keyboard can reach it, then its arrows
// scroll it. Not every browser lets it by itself. The edge where it is cut has a shadow (nnlab/ui/style.css).

import { whenRedrawn } from "./redrawing.js"

const SCROLLERS = "[data-testid=stMarkdownContainer]:has(> table), .katex-display, .nnlab-pulse .table, .nnlab-sketch .values > div"

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
