// The living network of a run: its weights come from the server again and again while somebody looks and it learns.
// See nnlab/ui/components/living_run.py for what is sent.

import { Living } from "./living_network.js"
import { readNetwork } from "./network.js"

const PAUSE = 250 // milliseconds from an answer to the next question
const CALM_PAUSE = 2000 // for whoever wants little to move by itself
const SLOWNESS = 3 // at least so many times as long as the answer took
const LONGEST_PAUSE = 2000 // where nothing new came: the run rests
const AFTER_ERROR = 4000

export function watch({ parentElement, data }, base) {
  const box = parentElement.querySelector(".nnlab-living-run")
  box.watcher ??= new Watcher(box)
  box.watcher.tell(data, base)
}

class Watcher {
  constructor(box) {
    box.innerHTML = `<div class="nnlab-living without"></div><p class="step"></p>`
    this.living = new Living(box.querySelector(".nnlab-living"))
    this.line = box.querySelector(".step")
    this.isSeen = this.isAsking = false
    this.pause = PAUSE
    new IntersectionObserver(entries => {
      this.isSeen = entries[entries.length - 1].isIntersecting // nor is it in a fold that is closed
      this.begin()
    }).observe(box)
    document.addEventListener("visibilitychange", () => this.begin())
  }

  tell(data, base) {
    if (this.data?.run !== data.run) this.step = -1
    Object.assign(this, { data, base, pause: PAUSE })
    this.living.tell(data)
    this.living.rest()
    this.say()
    this.begin()
  }

  begin() {
    clearTimeout(this.timer)
    if (this.isSeen && !this.isAsking && !document.hidden) this.ask()
  }

  async ask() {
    this.isAsking = true
    const askedAt = performance.now(), { run } = this.data
    try {
      const address = new URL(`runs/${encodeURIComponent(run)}/weights?step=${this.step}`, this.base)
      const response = await fetch(address)
      if (!response.ok) throw new Error(`the server answers ${response.status}`)
      const isNew = response.status === 200
      if (isNew && run === this.data.run) this.take(await response.arrayBuffer(), response.headers.get("Nnlab-Step"))
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

  take(file, step) {
    this.step = Number(step)
    this.living.use(readNetwork(file, this.data.normalizations))
    this.living.rest()
    this.say()
  }

  say() {
    const { after } = this.data
    this.line.textContent = this.step < 0 ? "" : after.replace("{step}", this.step.toLocaleString("en"))
  }
}
