// Asks the server something again and again, but only while an element is on the screen and its tab is shown: what is in
// a fold that is closed, or in a tab behind others, costs the server nothing.

const PAUSE = 250 // milliseconds from an answer to the next question
const CALM_PAUSE = 2000 // for whoever wants little to move by itself
const SLOWNESS = 3 // at least so many times as long as the answer took
const LONGEST_PAUSE = 2000 // where nothing new came: the run rests
const AFTER_ERROR = 4000

const watchers = new Set() // whose elements are on the page, or were when the last one began
document.addEventListener("visibilitychange", () => {
  leaveThoseGone()
  for (const watcher of watchers) watcher.begin()
})

// Each page that is opened brings new elements, and the old ones go without a word.
function leaveThoseGone() {
  for (const watcher of watchers) if (!watcher.element.isConnected) watcher.leave()
}

export class WhileSeen {
  // element: one that is on the page. ask: asks and takes in the answer; it gives whether anything was new, and throws
  // where there was none.
  constructor(element, ask) {
    Object.assign(this, { element, ask, isSeen: false, isAsking: false, pause: PAUSE })
    this.sight = new IntersectionObserver(entries => {
      this.isSeen = entries[entries.length - 1].isIntersecting
      this.begin()
    })
    leaveThoseGone()
    this.watch()
  }

  watch() {
    watchers.add(this)
    this.sight.observe(this.element)
  }

  leave() {
    watchers.delete(this)
    this.sight.disconnect()
    this.isSeen = false
    clearTimeout(this.timer)
  }

  // Ask at once, and often: something else is asked for now.
  restart() {
    this.pause = PAUSE
    this.watch()
    this.begin()
  }

  begin() {
    clearTimeout(this.timer)
    if (this.isSeen && !this.isAsking && !document.hidden) this.go()
  }

  async go() {
    this.isAsking = true
    const askedAt = performance.now()
    try {
      const isNew = await this.ask()
      const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches
      const least = Math.max(SLOWNESS * (performance.now() - askedAt), isCalm ? CALM_PAUSE : 0)
      this.pause = Math.max(least, isNew ? PAUSE : Math.min(1.5 * this.pause, LONGEST_PAUSE))
    } catch {
      this.pause = AFTER_ERROR
    } finally {
      this.isAsking = false
    }
    this.timer = setTimeout(() => this.begin(), this.pause)
  }
}
