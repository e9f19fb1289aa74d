// A network of a few neurons that learns, in the browser, to tell the points of a plane apart: forward propagation, loss,
// backpropagation and gradient descent, as the lessons write them. tests/browser/test_plane_arithmetic.py holds it against PyTorch.
//
// Many points pass at once: a column holds one number of each of them, as the plane's x or a neuron's output.

import { ACTIVATIONS } from "./network.js"

// What the first layer may be given of a point.
export const INPUTS = {
  x1: x => x,
  x2: (_, y) => y,
  square_1: x => x * x,
  square_2: (_, y) => y * y,
  product: (x, y) => x * y,
  sine_1: x => Math.sin(x),
  sine_2: (_, y) => Math.sin(y),
}

// f'(z), from the output f(z).
const SLOPES = {
  identity: () => 1,
  relu: output => (output > 0 ? 1 : 0),
  sigmoid: output => output * (1 - output),
  tanh: output => 1 - output * output,
}

export const sigmoid = ACTIVATIONS.sigmoid
export const last = list => list[list.length - 1]

// Random numbers between 0 and 1 that a seed gives again (mulberry32).
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const normal = random => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()) // Box and Muller 1958

// Columns of what the network is given of points, by the names of its inputs.
export const columnsOf = (names, xs, ys) => names.map(name => Float64Array.from(xs, (x, index) => INPUTS[name](x, ys[index])))

export class PlaneNetwork {
  // sizes: how many inputs, the neurons of each hidden layer, and the one output last: its z is the logit of class 1.
  // The weights start small and random, after He for ReLU and after Glorot else; the biases start at 0.
  constructor(sizes, activation, seed) {
    const random = randomFrom(seed)
    this.activation = activation
    this.layers = sizes.slice(1).map((units, index) => {
      const inputs = sizes[index], spread = Math.sqrt(2 / (activation === "relu" ? inputs : inputs + units))
      const rows = Array.from({ length: units }, () => Float64Array.from({ length: inputs }, () => spread * normal(random)))
      return { weights: rows, biases: new Float64Array(units) }
    })
  }

  // A neuron's z for each point, from the columns that its layer is given.
  sums(layer, unit, columns) {
    const { weights, biases } = this.layers[layer], sums = new Float64Array(columns[0].length).fill(biases[unit])
    for (const [input, weight] of weights[unit].entries()) {
      const column = columns[input]
      for (let point = 0; point < sums.length; point++) sums[point] += weight * column[point]
    }
    return sums
  }

  // Columns of inputs -> of each layer, input side first, a column of outputs for each neuron; the last one holds logits.
  forward(columns) {
    const passed = []
    let inputs = columns
    for (const [index, { weights }] of this.layers.entries()) {
      const activate = index < this.layers.length - 1 ? ACTIVATIONS[this.activation] : z => z
      const below = inputs
      inputs = weights.map((_, unit) => {
        const outputs = this.sums(index, unit, below)
        for (let point = 0; point < outputs.length; point++) outputs[point] = activate(outputs[point])
        return outputs
      })
      passed.push(inputs)
    }
    return passed
  }

  // The mean loss of points in nats, -ln of the probability of what they are: {loss, accuracy}; classes: 1 or 0 of each.
  score(columns, classes) {
    const logits = last(this.forward(columns))[0]
    let loss = 0, right = 0
    for (let point = 0; point < classes.length; point++) {
      const against = classes[point] ? -logits[point] : logits[point]
      loss += against > 30 ? against : Math.log1p(Math.exp(against))
      right += against < 0
    }
    return { loss: loss / classes.length, accuracy: right / classes.length }
  }

  // How a point's loss grows with the output: here, the logit of class 1.
  slopeOfLoss(logit, isOne) {
    return sigmoid(logit) - isOne
  }

  // Backpropagation: how the points' mean loss would grow with each weight and bias, in the form of the layers.
  gradients(columns, targets) {
    const passed = this.forward(columns), count = targets.length, slope = SLOPES[this.activation]
    const found = []
    let errors = [last(passed)[0].map((output, point) => this.slopeOfLoss(output, targets[point]) / count)] // dL/dz
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const below = index ? passed[index - 1] : columns, { weights } = this.layers[index]
      found[index] = {
        weights: errors.map(error => Float64Array.from(below, output => dot(error, output))),
        biases: Float64Array.from(errors, error => error.reduce((sum, value) => sum + value, 0)),
      }
      if (!index) break
      const above = errors
      errors = below.map((outputs, unit) => outputs.map((output, point) => {
        let back = 0
        for (let next = 0; next < above.length; next++) back += above[next][point] * weights[next][unit]
        return back * slope(output)
      }))
    }
    return found
  }

  // One step of gradient descent on some points. decay: of the L2 penalty, half of it times the squares of the weights;
  // sparsity: of the L1 penalty, which moves each weight towards 0 by as much as any other, and leaves it there.
  learn(columns, targets, rate, decay = 0, sparsity = 0) {
    const found = this.gradients(columns, targets)
    for (const [index, { weights, biases }] of this.layers.entries()) {
      for (const [unit, row] of weights.entries()) {
        const gradient = found[index].weights[unit]
        for (let input = 0; input < row.length; input++) {
          row[input] = nearer(row[input] - rate * (gradient[input] + decay * row[input]), rate * sparsity)
        }
        biases[unit] -= rate * found[index].biases[unit]
      }
    }
  }
}

// A number by so much nearer to 0, but not past it: the step of a penalty that has a corner there (soft thresholding).
function nearer(value, by) {
  return by ? Math.sign(value) * Math.max(0, Math.abs(value) - by) : value
}

function dot(first, second) {
  let sum = 0
  for (let index = 0; index < first.length; index++) sum += first[index] * second[index]
  return sum
}

// Points in batches: each epoch takes all of them once, in an order of its own.
export class Batches {
  constructor(count, seed) {
    this.order = Array.from({ length: count }, (_, index) => index)
    this.random = randomFrom(seed)
    this.at = count
  }

  // The numbers of the next points, at most so many.
  next(size) {
    if (this.at >= this.order.length) {
      for (let place = this.order.length - 1; place > 0; place--) { // Fisher and Yates
        const other = Math.floor(this.random() * (place + 1))
        ;[this.order[place], this.order[other]] = [this.order[other], this.order[place]]
      }
      this.at = 0
    }
    this.at += size
    return this.order.slice(this.at - size, this.at)
  }
}
