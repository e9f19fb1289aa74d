// Asks the server something again and again, but only while an element is on the screen and its tab is shown: what is in
// a fold that is closed, or in a tab behind others, costs the server nothing.

const PAUSE = 250 // milliseconds from an answer to the next question
const CALM_PAUSE = 2000 // for whoever wants little to move by itself
const SLOWNESS = 3 // at least so many times as long as the answer took
const LONGEST_PAUSE = 2000 // where nothing new came: the run rests
const AFTER_ERROR = 4000

export class WhileSeen {
  // ask: asks and takes in the answer; it gives whether anything was new, and throws where there was none.
  constructor(element, ask) {
    Object.assign(this, { ask, isSeen: false, isAsking: false, pause: PAUSE })
    new IntersectionObserver(entries => {
      this.isSeen = entries[entries.length - 1].isIntersecting
      this.begin()
    }).observe(element)
    document.addEventListener("visibilitychange", () => this.begin())
  }

  // Ask at once, and often: something else is asked for now.
  restart() {
    this.pause = PAUSE
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
