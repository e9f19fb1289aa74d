// A network read from its file, and its forward pass: nnlab/model.py once more, for the browser.
// tests/browser/test_parity.py holds the two together.

const sigmoid = x => 1 / (1 + Math.exp(-x))
const softplus = x => (x > 20 ? x : Math.log1p(Math.exp(x)))

// Abramowitz and Stegun 1964, 7.1.26: wrong by at most 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.sign(x) * (1 - sum * Math.exp(-x * x))
}

export const ACTIVATIONS = {
  identity: x => x,
  relu: x => Math.max(x, 0),
  leaky_relu: x => (x > 0 ? x : 0.01 * x),
  prelu: x => (x > 0 ? x : 0.25 * x),
  elu: x => (x > 0 ? x : Math.expm1(x)),
  selu: x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: x => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  silu: x => x * sigmoid(x),
  softplus,
  mish: x => x * Math.tanh(softplus(x)),
  hardtanh: x => Math.max(-1, Math.min(1, x)),
  sigmoid,
  tanh: Math.tanh,
  softsign: x => x / (1 + Math.abs(x)),
}

// The bytes of a safetensors file as nnlab writes it -> {layers, activation, activationName, temperature, doubtThreshold};
// null for a network with an activation that is not above: Python reads with it after each stroke.
// See nnlab/checkpoint.py; normalizations: mean and deviation of the pixels by name, from nnlab/config/settings.py.
export function readNetwork(buffer, normalizations) {
  const headerLength = Number(new DataView(buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength)))
  const { model, facts } = JSON.parse(header.__metadata__.nnlab)
  const activation = ACTIVATIONS[model.activation]
  if (!activation) {
    console.warn(`nnlab/ui/components/static/network.js does not know the activation ${model.activation}`)
    return null
  }
  const values = name => {
    const { dtype, data_offsets: [start, end] } = header[name]
    const bytes = buffer.slice(8 + headerLength + start, 8 + headerLength + end)
    return dtype === "F16" ? fromHalf(new Uint16Array(bytes)) : new Float32Array(bytes)
  }
  const [mean, deviation] = normalizations[model.input_normalization]
  const layers = [...model.hidden_sizes, 10].map((units, index) => {
    const layer = byInput(values(`linears.${index}.weight`), values(`linears.${index}.bias`), units)
    return index ? layer : withNormalization(layer, mean, deviation)
  })
  const temperature = facts?.temperature ?? 1
  const doubtThreshold = facts?.doubt_threshold ?? null
  return { layers, activation, activationName: model.activation, temperature, doubtThreshold }
}

// (units x inputs) weights -> (inputs x units), so that an input of 0, which paper and silent ReLUs are, costs nothing.
function byInput(weights, bias, units) {
  const inputs = weights.length / units
  const turned = new Float32Array(weights.length)
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++) turned[input * units + unit] = weights[unit * inputs + input]
  }
  const learned = Float64Array.from(bias)
  return { inputs, units, weights: turned, bias: learned, learnedBias: learned, mean: 0, deviation: 1 }
}

// W (x - mean) / deviation + b = (W / deviation) x + (b - W mean / deviation): the pixels may stay as they are.
function withNormalization({ inputs, units, weights, bias: learnedBias }, mean, deviation) {
  const bias = Float64Array.from(learnedBias)
  for (let input = 0; input < inputs; input++) {
    for (let unit = 0; unit < units; unit++) {
      const weight = weights[input * units + unit] / deviation
      weights[input * units + unit] = weight
      bias[unit] -= weight * mean
    }
  }
  return { inputs, units, weights, bias, learnedBias, mean, deviation }
}

function fromHalf(halves) {
  const table = new Float32Array(65536) // each of the numbers there are
  for (let bits = 0; bits < 65536; bits++) {
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
    table[bits] =
      exponent === 0 ? sign * 2 ** -24 * fraction
      : exponent === 31 ? (fraction ? NaN : sign * Infinity)
      : sign * 2 ** (exponent - 25) * (1024 + fraction)
  }
  const numbers = new Float32Array(halves.length)
  for (let place = 0; place < halves.length; place++) numbers[place] = table[halves[place]] // from() takes 20 times as long
  return numbers
}

// Forward propagation of one image, 784 numbers in [0, 1] -> of each layer, input side first, its inputs, its sums z and
// its outputs f(z); the outputs of the last are the sums: ten logits.
function forward({ layers, activation }, image) {
  const passed = []
  let inputs = image
  layers.forEach(({ units, weights, bias }, index) => {
    const sums = Float64Array.from(bias)
    for (let input = 0, start = 0; input < inputs.length; input++, start += units) {
      const value = inputs[input]
      if (value) for (let unit = 0; unit < units; unit++) sums[unit] += value * weights[start + unit]
    }
    const outputs = index < layers.length - 1 ? sums.map(activation) : sums
    passed.push({ inputs, sums, outputs })
    inputs = outputs
  })
  return passed
}

// {probabilities, isDoubtful, layers} of an image: softmax of the logits by the temperature, doubt by their energy, and
// what `forward` has found in each layer.
export function read(network, image) {
  const layers = forward(network, image)
  const logits = layers[layers.length - 1].outputs
  const { temperature, doubtThreshold } = network
  const mean = logits.reduce((sum, logit) => sum + logit, 0) / logits.length
  const isDoubtful = doubtThreshold !== null && mean - logSumExp(logits) > doubtThreshold
  const scaled = logits.map(logit => logit / temperature)
  const total = logSumExp(scaled)
  return { probabilities: Array.from(scaled, logit => Math.exp(logit - total)), isDoubtful, layers }
}

function logSumExp(logits) {
  const largest = Math.max(...logits)
  return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0))
}

// A class's probability as a percentage. Softmax gives none the whole, even where rounding would say so
// (nnlab/ui/numbers.py, probability_percent).
export function percentOf(probability) {
  const text = (100 * probability).toFixed(1)
  return text === "100.0" ? ">99.9%" : `${text}%`
}

// A fraction of some images as a percentage: only all of them are called so (nnlab/ui/numbers.py, percent).
export function accuracyOf(fraction) {
  const text = (100 * fraction).toFixed(2)
  return text === "100.00" && fraction < 1 ? ">99.99%" : `${text}%`
}
