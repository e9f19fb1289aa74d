// A network with one input and one output, and at most one hidden layer between them, that learns in the browser to follow
// points with its curve. tests/browser/test_fitting.py holds it against PyTorch.

import { last, PlaneNetwork, randomFrom } from "./plane_network.js"

export class FittingNetwork extends PlaneNetwork {
  // units: of the hidden layer, 0 for none. The places where the neurons' sums are 0 are spread at random from -reach to reach:
  // with biases of 0 all of them would be at 0.
  constructor(units, activation, reach, seed) {
    super(units ? [1, units, 1] : [1, 1], activation, seed)
    const random = randomFrom(seed + 1)
    for (let unit = 0; unit < units; unit++) this.bend(unit, reach * (2 * random() - 1))
  }

  get units() {
    return this.layers.length > 1 ? this.layers[0].biases.length : 0
  }

  // Where a hidden neuron's sum z is 0: there a ReLU's line bends. Infinite or no number for a weight of 0.
  bendOf(unit) {
    const [{ weights, biases }] = this.layers
    return -biases[unit] / weights[unit][0]
  }

  // Move that place.
  bend(unit, x) {
    const [{ weights, biases }] = this.layers
    biases[unit] = -x * weights[unit][0]
  }

  // What each hidden neuron adds to the output at some x, a column for each.
  parts(x) {
    if (!this.units) return []
    const [outputs] = this.forward([x]), [row] = last(this.layers).weights
    return outputs.map((column, unit) => column.map(output => row[unit] * output))
  }

  // The output at some x.
  outputs(x) {
    return last(this.forward([x]))[0]
  }

  // The mean squared error.
  score(columns, targets) {
    const outputs = this.outputs(columns[0])
    return { loss: outputs.reduce((sum, output, point) => sum + (output - targets[point]) ** 2, 0) / targets.length }
  }

  slopeOfLoss(output, target) {
    return 2 * (output - target)
  }
}
