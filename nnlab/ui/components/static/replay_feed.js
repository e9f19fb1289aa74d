// What a run is played back from, fetched once: its curve, each of its states, and its confusion matrices as they are
// counted. nnlab/ui/runs/recordings.py says what the server answers.

import { readNetwork } from "./network.js"

const AT_ONCE = 2 // states asked for at the same time
const PAUSE = 700 // milliseconds between two questions how far the matrices are
const AFTER_ERROR = 3000
const PATIENCE = 4 // errors one after another, then it is given up

export class Recording {
  // hear: called when something more is here.
  constructor({ run, revision, language, living }, base, hear) {
    Object.assign(this, { run, revision, language, base, hear, normalizations: living.normalizations })
    this.info = null
    this.networks = []
    this.matrices = {} // by step
    this.progress = null // of the matrices, in words
    this.images = 0
    this.loaded = 0
    this.isLeft = false
    this.begin()
  }

  leave() {
    this.isLeft = true
  }

  async begin() {
    this.info = await this.insist("", response => response.json())
    if (!this.info) return
    this.networks = Array(this.info.states.step.length).fill(null)
    this.tell()
    const last = this.networks.length - 1
    const order = [last, ...Array(last).keys()] // the last says which neurons are worth showing
    const loadNext = async () => {
      for (let index = order.shift(); index !== undefined; index = order.shift()) await this.load(index)
    }
    this.askForMatrices()
    await Promise.all(Array.from({ length: AT_ONCE }, loadNext))
  }

  async load(index) {
    const file = await this.insist(`/states/${this.info.states.step[index]}`, response => response.arrayBuffer())
    if (!file) return
    this.networks[index] = readNetwork(file, this.normalizations)
    this.loaded++
    this.tell()
  }

  async askForMatrices() {
    for (let isOver = false; !isOver && !this.isLeft; ) {
      const known = Object.keys(this.matrices).length
      const answer = document.hidden ? {} : await this.insist(`/confusions?known=${known}&language=${this.language}`, response => response.json())
      if (!answer) return
      Object.assign(this.matrices, answer.matrices)
      this.progress = answer.words ?? this.progress
      this.images = answer.images ?? this.images
      if (answer.words !== undefined) this.tell()
      isOver = answer.isOver ?? false
      if (!isOver) await new Promise(go => setTimeout(go, PAUSE))
    }
  }

  tell() {
    if (!this.isLeft) this.hear()
  }

  // An answer, asked for again after an error; null when that is given up.
  async insist(path, take) {
    for (let errors = 0; errors < PATIENCE && !this.isLeft; errors++) {
      try {
        const [way, query] = path.split("?")
        const address = new URL(`replays/${encodeURIComponent(this.run)}${way}`, this.base)
        address.search = query ?? (way ? "" : `revision=${this.revision}`)
        const response = await fetch(address)
        if (response.ok) return await take(response)
        if (response.status === 404) break
      } catch {
        // the network is gone for a moment
      }
      await new Promise(go => setTimeout(go, AFTER_ERROR))
    }
    this.problem = true
    this.tell()
    return null
  }
}
