// How a run goes on, asked of the server again and again while somebody looks: its state, its numbers, the new points of
// its curve. nnlab/ui/train/progress.py says what it answers.

// Milliseconds from an answer to the next question; longer where the server took long to answer.
const PAUSE = { starting: 120, running: 400, paused: 800 }
const SLOWNESS = 4 // so many times as long as the answer took
const AFTER_ERROR = [1000, 8000] // the first time, and at most: twice as long each time
const PATIENCE = 20_000 // for an answer
const SILENCE = 2500 // without an answer, after which the visitor is told; more than a slow Wi-Fi takes
const SLOW_SILENCE = 2 // where answers take long: so many times as long as the last one took
const KEPT_RUNS = 8 // whose points a browser keeps
const OVER = ["finished", "stopped", "failed"]

const feeds = new Map() // by run; the latest last: they outlive the elements, which are unmounted with their page
document.addEventListener("visibilitychange", () => {
  for (const feed of feeds.values()) feed.begin()
})
// The network is there again: whoever was told that the server is silent need not wait for the next try.
addEventListener("online", () => {
  for (const feed of feeds.values()) if (feed.isUnheard) feed.askAnew()
})

// The feed of a run; an element listens to it until it is taken from the page, or listens to another. It hears each
// answer, and that there is none: no question is asked for that.
export function follow({ run, language }, base, listener) {
  for (const feed of feeds.values()) feed.listeners.delete(listener.element)
  if (!run) return null
  const feed = feeds.get(run) ?? new Feed(run, base)
  feeds.delete(run)
  feeds.set(run, feed)
  for (const old of [...feeds.keys()].slice(0, -KEPT_RUNS)) feeds.delete(old)
  feed.language = language
  feed.listeners.set(listener.element, listener)
  feed.begin()
  return feed
}

class Feed {
  constructor(run, base) {
    Object.assign(this, { run, base, listeners: new Map(), errors: 0, isAsking: false, isWanted: false, revision: 0 })
    Object.assign(this, { isUnheard: false, took: 0 })
    this.steps = { epoch: [], loss: [], smooth: [], accuracy: [] }
    this.evaluations = []
    this.marks = []
  }

  // Ask at once; or as soon as the answer is here that is on its way. That one may be older than what has been drawn
  // since, and nobody hears it then; if it said that the run is over, nobody would ask any more.
  begin() {
    clearTimeout(this.timer)
    for (const element of this.listeners.keys()) if (!element.isConnected) this.listeners.delete(element)
    this.isWanted = !document.hidden && this.listeners.size > 0
    if (!this.isWanted) this.stopWaiting()
    if (this.isWanted && !this.isAsking) this.ask()
  }

  askAnew() {
    this.patience?.abort()
    this.begin()
  }

  // From the first question that nobody answers on, whether it is lost or waits.
  wait() {
    this.silence ??= setTimeout(() => {
      this.isUnheard = true
      for (const listener of this.listeners.values()) listener.miss?.()
    }, Math.max(SILENCE, SLOW_SILENCE * this.took))
  }

  stopWaiting() {
    clearTimeout(this.silence)
    this.silence = undefined
  }

  async ask() {
    this.isAsking = true
    this.isWanted = false
    const askedAt = performance.now()
    const address = new URL(`runs/${encodeURIComponent(this.run)}`, this.base)
    address.search = new URLSearchParams({
      language: this.language, steps: this.steps.epoch.length, evaluations: this.evaluations.length,
    })
    const patience = new AbortController()
    this.patience = patience
    const end = setTimeout(() => patience.abort(), PATIENCE)
    this.wait()
    let pause
    try {
      const response = await fetch(address, { signal: patience.signal })
      if (!response.ok && response.status !== 404) throw new Error(`the server answers ${response.status}`)
      const answer = response.ok ? await response.json() : { shape: "", status: "unknown" }
      this.stopWaiting()
      Object.assign(this, { errors: 0, isUnheard: false, took: performance.now() - askedAt })
      if (answer.curve) this.add(answer.curve)
      for (const listener of this.listeners.values()) listener.hear(answer, askedAt)
      pause = PAUSE[answer.status] ?? (OVER.includes(answer.status) ? 0 : AFTER_ERROR[1])
      pause &&= Math.max(pause, SLOWNESS * (performance.now() - askedAt))
    } catch {
      pause = Math.min(AFTER_ERROR[0] * 2 ** this.errors++, AFTER_ERROR[1])
    } finally {
      clearTimeout(end)
      this.isAsking = false
    }
    if (this.isWanted) this.begin()
    else if (pause) this.timer = setTimeout(() => this.begin(), pause) // what is over stays as it is
  }

  add({ steps, stepsBefore, evaluations, evaluationsBefore, marks }) {
    for (const name in this.steps) this.steps[name].splice(stepsBefore, Infinity, ...steps[name])
    this.evaluations.splice(evaluationsBefore, Infinity, ...evaluations)
    if (steps.epoch.length || evaluations.length || marks.length !== this.marks.length) this.revision++
    this.marks = marks
  }
}
