// One neuron of the living network in words and numbers: a few lines beside it, the same for those who hear the page, and
// its whole arithmetic in a table that adds up as it is written.

import { stateInWords } from "./living_health.js"
import { percentOf } from "./network.js"
import { arithmetic, inputOf, largest, termsOf, weightOf } from "./neurons.js"

const STRONGEST = 3 // inputs beside a neuron
const TERMS = 5 // in its table
const DECIMALS = 3

export const written = (number, decimals = DECIMALS) => number.toFixed(decimals).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "")
const signed = number => (number < 0 || !Number(number.toFixed(DECIMALS)) ? "" : "+") + written(number)

// {title, state, lines} of a neuron, state being "" where there is none to tell; view as of living_paint.js.
export function describe(view, layer, neuron) {
  const { network, layers, words, probabilities } = view, passed = layers?.[layer]
  const terms = termsOf(network.layers[layer], neuron, passed)
  const isOutput = layer === network.layers.length - 1
  const strongest = largest(terms, STRONGEST).map(input => `${nameOf(view, layer - 1, input)}: ${signed(terms[input])}`)
  const value = passed && `${isOutput ? words.logit : words.value} ${written(passed.outputs[neuron])}`
  const share = isOutput && probabilities && `${words.probability} ${percentOf(probabilities[neuron])}`
  const bias = `${words.bias} ${written(network.layers[layer].learnedBias[neuron])}`
  return {
    title: titleOf(view, layer, neuron),
    state: stateInWords(view, layer, neuron),
    lines: [[value, share, bias].filter(Boolean).join(" · "), passed ? words.adds_most : words.largest_weights, ...strongest],
  }
}

// As on the page Inspect, the first neuron of a layer has the number 1, and an output is called by its class.
function titleOf({ network, words }, layer, neuron) {
  const isOutput = layer === network.layers.length - 1, text = isOutput ? words.title_digit : words.title_neuron
  return text.replace("{layer}", layer + 1).replace("{neuron}", isOutput ? words.classes[neuron] : neuron + 1)
}

function nameOf({ words }, layer, neuron) {
  if (layer >= 0) return words.neuron.replace("{neuron}", neuron + 1)
  return words.pixel.replace("{row}", Math.floor(neuron / 28) + 1).replace("{column}", (neuron % 28) + 1)
}

// The table of a neuron in `box`; `go` is called with the layer and number of an input that is pressed.
export function showArithmetic(box, view, layer, neuron, go, close) {
  const { network, layers, words, probabilities } = view, passed = layers?.[layer]
  build(box, words, close)
  box.querySelector("h4").textContent = titleOf(view, layer, neuron)
  box.querySelector("p").textContent = passed ? "" : words.no_image
  box.querySelector("table").hidden = !passed
  if (!passed) return
  const described = network.layers[layer]
  const { terms, others, rest, bias, sum } = arithmetic(described, neuron, passed, TERMS, DECIMALS)
  const rows = terms.map(({ input, term }) => [
    nameOf(view, layer - 1, input),
    `${written(inputOf(described, input, passed))} × ${written(weightOf(described, input, neuron))}`, term, input,
  ])
  if (others) rows.push([words.others.replace("{count}", others.toLocaleString("en")), "", rest])
  rows.push([words.bias, "", bias], [words.sum, "", sum])
  const body = box.querySelector("tbody")
  while (body.childElementCount > rows.length) body.lastElementChild.remove()
  rows.forEach(([name, product, number, input], index) => {
    const row = body.children[index] ?? body.appendChild(makeRow())
    const isNeuron = layer > 0 && input !== undefined
    row.className = index === rows.length - 1 ? "sum" : ""
    row.name.textContent = isNeuron ? "" : name
    row.button.hidden = !isNeuron
    row.button.textContent = name
    row.button.onclick = () => go(layer - 1, input)
    row.product.textContent = product
    row.number.textContent = index === rows.length - 1 ? written(number) : signed(number)
  })
  const isOutput = layer === network.layers.length - 1
  const result = isOutput
    ? words.softmax.replace("{probability}", percentOf(probabilities[neuron]))
    : `${words.activations[network.activationName]}(z) = ${written(passed.outputs[neuron])}`
  box.querySelector("p").textContent = result
}

function build(box, words, close) {
  if (!box.firstElementChild) {
    box.innerHTML = `<div><h4></h4><button type="button"></button></div>
      <table><thead><tr><th></th><th></th><th></th></tr></thead><tbody></tbody></table><p></p>`
  }
  const heads = [words.input, words.product, words.adds_up]
  for (const [index, head] of box.querySelectorAll("th").entries()) head.textContent = heads[index]
  const button = box.querySelector("button")
  button.textContent = words.close
  button.onclick = close
}

function makeRow() {
  const row = document.createElement("tr")
  row.innerHTML = `<td><span></span><button type="button"></button></td><td></td><td></td>`
  const [, product, number] = row.children
  return Object.assign(row, { name: row.querySelector("span"), button: row.querySelector("button"), product, number })
}
