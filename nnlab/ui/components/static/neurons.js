// What one neuron computes, term by term, and which neurons of a wide layer are worth showing. Nothing here draws.
// A layer is one of `readNetwork`'s, what passed through it one of `read`'s layers.

// What each input adds to a neuron's sum z: weight times input. Without an image, the weights themselves. The file's own
// weights and the normalised pixels are meant, as nnlab/model.py has them, not what network.js makes of them to be fast.
export function termsOf(layer, neuron, passed) {
  const terms = new Float64Array(layer.inputs)
  for (let input = 0; input < terms.length; input++) terms[input] = termOf(layer, input, neuron, passed)
  return terms
}

export function termOf({ units, weights, mean, deviation }, input, neuron, passed) {
  return weights[input * units + neuron] * (passed ? passed.inputs[input] - mean : deviation)
}

export const weightOf = ({ units, weights, deviation }, input, neuron) => weights[input * units + neuron] * deviation

export const inputOf = ({ mean, deviation }, input, passed) => (passed.inputs[input] - mean) / deviation

// The indices of the largest numbers, by their size without the sign, the largest first.
export function largest(numbers, count) {
  const found = []
  for (let index = 0; index < numbers.length; index++) {
    const size = Math.abs(numbers[index])
    if (found.length === count && size <= Math.abs(numbers[found[count - 1]])) continue
    let place = found.length
    while (place > 0 && Math.abs(numbers[found[place - 1]]) < size) place--
    found.splice(place, 0, index)
    if (found.length > count) found.pop()
  }
  return found
}

// A neuron's sum as it is written: the largest terms, the rest in one number, the bias. Rounded to `decimals`, they add
// up to the rounded sum; what rounding leaves over is in the rest.
export function arithmetic(layer, neuron, passed, count, decimals) {
  const round = number => Math.round(number * 10 ** decimals) // whole numbers add up exactly
  const terms = termsOf(layer, neuron, passed)
  const shown = largest(terms, count)
  const [sum, bias] = [passed.sums[neuron], layer.learnedBias[neuron]].map(round)
  const added = shown.map(input => round(terms[input]))
  const rest = sum - bias - added.reduce((total, term) => total + term, 0)
  const whole = number => number / 10 ** decimals
  return {
    terms: shown.map((input, index) => ({ input, term: whole(added[index]) })),
    others: layer.inputs - shown.length, rest: whole(rest), bias: whole(bias), sum: whole(sum),
  }
}

// Which neurons of a layer are shown: all, or those that send most to the next layer, by the sum of the sizes of what
// they add there; without an image, of their weights there. A neuron that stays among them keeps its place.
export class Chosen {
  constructor(next, neurons = []) {
    this.sent = new Float64Array(next.inputs) // to the next layer, by an output of 1
    for (let place = 0; place < next.weights.length; place++) {
      this.sent[Math.floor(place / next.units)] += Math.abs(next.weights[place])
    }
    this.neurons = neurons
  }

  choose(count, passed, lost = []) {
    if (count >= this.sent.length) this.neurons = [...this.sent.keys()]
    else {
      const strengths = passed ? this.sent.map((sent, neuron) => sent * Math.abs(passed.outputs[neuron])) : this.sent
      const shown = new Set(this.neurons)
      const marked = [...lost.filter(neuron => shown.has(neuron)), ...lost.filter(neuron => !shown.has(neuron))]
        .slice(0, Math.floor(count / 4))
      const others = largest(strengths, count).filter(neuron => !marked.includes(neuron))
      const best = new Set([...marked, ...others].slice(0, count))
      const kept = this.neurons.slice(0, count).map(neuron => (best.delete(neuron) ? neuron : null))
      const added = [...best]
      this.neurons = Array.from({ length: count }, (_, place) => kept[place] ?? added.shift())
    }
    return this.neurons
  }
}
