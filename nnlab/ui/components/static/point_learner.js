// What the lessons on the curve and on the plane have in common: a network that learns from points in the browser, step by
// step, and the points that a visitor puts there. Each lesson has data (what the page says), network, learned and tested
// ({list, columns, targets}), batches, bar, pen, losses, box, state, speaker; and its own newNetwork, gather, build, draw and nameBrushes.

const CALM = 100 // milliseconds between two drawings of the losses, while it trains

// Asks whether the page says something else than before under one of some names.
export function changes(before, data) {
  return (...names) => names.some(name => JSON.stringify(data[name]) !== JSON.stringify(before?.[name]))
}

export class PointLearner {
  // Start anew: small random weights from this seed, and nothing learned.
  begin(seed) {
    this.bar.stop()
    this.seed = seed
    this.network = this.newNetwork(seed)
    this.steps = this.epoch = 0
    this.losses.clear()
    this.gather()
    this.build()
    this.measure()
  }

  isReady() {
    return this.learned.list.length > 0 && Number.isFinite(this.found.loss)
  }

  stepsPerEpoch() {
    return Math.ceil(this.learned.list.length / this.data.batch)
  }

  restart() {
    this.begin(this.seed + 1)
  }

  // One step of gradient descent on the next batch.
  learn() {
    const { batch, rate, decay, sparsity } = this.data, { columns, targets, list } = this.learned
    const taken = this.batches.next(Math.min(batch, list.length))
    this.network.learn(columns.map(column => Float64Array.from(taken, index => column[index])),
      taken.map(index => targets[index]), rate, decay, sparsity)
    this.steps++
    this.epoch += taken.length / list.length
  }

  // What has come of it.
  measure() {
    const { network, learned, tested } = this
    this.found = network.score(learned.columns, learned.targets)
    this.test = tested.list.length ? network.score(tested.columns, tested.targets) : null
    if (this.steps && !Number.isFinite(this.found.loss)) this.bar.pause()
    if (learned.list.length) this.losses.add(this.epoch, this.found.loss, this.test?.loss ?? null)
    this.draw()
  }

  speak() {
    this.draw()
    this.speaker.textContent = this.state.textContent
  }

  // While it trains the losses need not move with every picture.
  drawLosses() {
    const now = performance.now()
    if (this.bar.isTraining && now < (this.lossesDrawn ?? 0) + CALM) return
    this.lossesDrawn = now
    this.losses.draw(this.data.words)
  }

  // Other points of the visitor's own; what was learned stays.
  changePoints() {
    this.gather()
    this.measure()
  }

  // Take a brush, or put it away.
  take(name) {
    this.pen.brush = this.pen.brush === name ? null : name
    this.nameBrushes()
  }
}
