// Which neurons of a run's living network are dead or saturated, and how that is said. Nothing here draws.
// states: of each hidden layer a string with a figure for each neuron, as nnlab/records.py numbers them.

export const SATURATED = "1", DEAD = "2"
export const LOST = [SATURATED, DEAD]

// The numbers of a layer's dead and saturated neurons; none where nothing is known of them.
export const lostOf = (states, layer) =>
  [...(states?.[layer] ?? "")].flatMap((state, neuron) => (LOST.includes(state) ? [neuron] : []))

export const count = (states, layer, wanted) => [...states[layer]].filter(state => state === wanted).length

// What became of all of them, in a sentence that says over which images; "" where nothing is known.
export function healthInWords(health, words) {
  if (!health) return ""
  const { step, images, states } = health
  const layers = states.map((layer, index) => words.health_layer.replace("{layer}", index + 1)
    .replace("{dead}", count(states, index, DEAD)).replace("{count}", layer.length)
    .replace("{saturated}", count(states, index, SATURATED)))
  return words.health.replace("{images}", images.toLocaleString("en")).replace("{step}", step.toLocaleString("en"))
    .replace("{layers}", layers.join("; "))
}

// What became of one neuron, or that it only has nothing to say for this image; "" where there is nothing to tell.
export function stateInWords({ states, images, layers, words, network }, layer, neuron) {
  const state = states?.[layer]?.[neuron]
  if (!state) return ""
  if (LOST.includes(state)) {
    return (state === DEAD ? words.is_dead : words.is_saturated).replace("{images}", images.toLocaleString("en"))
  }
  const isSilent = network.activationName === "relu" && layers?.[layer].outputs[neuron] === 0
  return isSilent ? words.is_silent : ""
}
