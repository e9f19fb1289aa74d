// The living network of a run: its weights come from the server again and again while somebody looks and it learns, and
// with them what became of each neuron. See nnlab/ui/components/living_run.py for what is sent.

import { Living } from "./living_network.js"
import { readNetwork } from "./network.js"
import { WhileSeen } from "./while_seen.js"

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
    this.asking = new WhileSeen(box, () => this.ask())
  }

  tell(data, base) {
    if (this.data?.run !== data.run) {
      this.step = -1
      this.told = this.living.health = null
    }
    Object.assign(this, { data, base })
    this.living.tell(data)
    this.living.rest()
    this.say()
    this.asking.restart()
  }

  async ask() {
    const { run } = this.data
    const response = await fetch(new URL(`runs/${encodeURIComponent(run)}/weights?step=${this.step}`, this.base))
    if (!response.ok) throw new Error(`the server answers ${response.status}`)
    const isNew = response.status === 200, file = isNew ? await response.arrayBuffer() : null
    if (run !== this.data.run) return isNew // another run is looked at by now
    const told = response.headers.get("Nnlab-Neurons")
    if (!isNew && told === this.told) return false
    this.told = told
    this.living.health = healthOf(told)
    if (isNew) {
      this.step = Number(response.headers.get("Nnlab-Step"))
      this.living.use(readNetwork(file, this.data.normalizations))
    }
    this.living.rest()
    this.say()
    return true
  }

  say() {
    const { after } = this.data
    this.line.textContent = this.step < 0 ? "" : after.replace("{step}", this.step.toLocaleString("en"))
  }
}

// {step, images, states}: of each hidden layer a string with a figure for each neuron; null before the first evaluation.
function healthOf(header) {
  const [step, images, words] = header?.split(" ") ?? []
  return words ? { step: Number(step), images: Number(images), states: words.split(".") } : null
}
