// What a network reads in a drawing, and the 28 x 28 pixels it sees: from Python after each stroke, and computed here,
// by the same steps, while the pen is still moving. See nnlab/ui/components/live_reading.py for what is sent.

import { toMnist } from "./drawing.js"
import { percentOf, read } from "./network.js"
import { keepNetwork, paintSight, panelOf, store } from "./reading_store.js"

const SURFACE_TRIES = 1200 // a minute: on a busy machine the canvas may come into the page much later than this does
const FRAMES_PER_MOVE = 2 // are read after a movement: the canvas may not have drawn it yet when the first is read

// The answer: the digit in large type, its probability, ten bars; an invitation while there is nothing to read.
export function answer({ parentElement, data, setTriggerValue }, base) {
  const panel = panelOf(data.place)
  panel.box = parentElement.querySelector(".nnlab-reading")
  panel.data = data
  if (!panel.isDrawing) {
    panel.framesToRead = 0 // a frame that comes late would cover this answer with what was seen before it
    showResult(panel, data.result)
  }
  if (data.canvas) listen(data.canvas, data.place)
  if (!data.network) return
  keepNetwork(data.network, data.normalizations, base, () => setTriggerValue("missing", data.network.id))
  store.networks.get(data.network.id)?.then(ready => {
    if (panel.isDrawing) panel.framesToRead = FRAMES_PER_MOVE // the pen may rest on what could not be read before
    else if (!ready && panel.data === data) showResult(panel, data.result) // which invites otherwise then
  }, () => {})
}

// What the network sees.
export function sight({ parentElement, data }) {
  const panel = panelOf(data.place)
  panel.sight = parentElement.querySelector("canvas")
  panel.sight.setAttribute("aria-label", data.label)
  panel.sight.style.width = panel.sight.style.height = `${data.side}px`
  const image = data.pixels && Float32Array.from(atob(data.pixels), character => character.charCodeAt(0) / 255)
  if (!panel.isDrawing) paintSight(panel.sight, image)
}

// Whether the bars move during a stroke; a network that is still on its way is expected to be one that we can compute.
const isReadLive = ({ network }) => Boolean(network) && store.networks.get(network.id)?.ready !== null

// While the pen moves

function listen(canvasClass, place, tries = 0) {
  const surface = findSurface(canvasClass)
  if (!surface) return tries < SURFACE_TRIES && setTimeout(() => listen(canvasClass, place, tries + 1), 50)
  if (store.surfaces.has(surface)) return
  store.surfaces.add(surface)
  const layers = [...surface.parentElement.querySelectorAll("canvas")] // what is drawn already, the stroke in progress
  // What the canvas draws by: canvas.js makes mouse events of every pointer that draws, and of no other.
  surface.addEventListener("mousedown", () => begin(panelOf(place), layers), { capture: true })
  surface.addEventListener("mousemove", () => (panelOf(place).framesToRead = FRAMES_PER_MOVE), { capture: true })
  surface.addEventListener("mouseup", () => (panelOf(place).isDrawing = false), { capture: true })
}

// Of streamlit-drawable-canvas 0.13: fabric.js's upper canvas, in an open shadow root.
function findSurface(canvasClass) {
  const places = document.querySelectorAll(`.${canvasClass}, .${canvasClass} *`)
  const roots = [...places].map(place => place.shadowRoot).filter(Boolean)
  return roots.map(root => root.querySelector("canvas.upper-canvas")).find(Boolean)
}

function begin(panel, layers) {
  if (panel.isDrawing) return
  panel.isDrawing = true
  panel.framesToRead = FRAMES_PER_MOVE
  const { width, height } = layers[0]
  const copy = Object.assign(document.createElement("canvas"), { width, height })
  const context = copy.getContext("2d", { willReadFrequently: true })
  const frame = () => {
    if (panel.framesToRead > 0) {
      panel.framesToRead -= 1
      for (const layer of layers) context.drawImage(layer, 0, 0, width, height)
      readFrame(panel, context.getImageData(0, 0, width, height).data, width, height)
    }
    if (panel.isDrawing && panel.box.isConnected) requestAnimationFrame(frame)
    else panel.isDrawing = false
  }
  requestAnimationFrame(frame)
}

function readFrame(panel, rgba, width, height) {
  const image = toMnist(rgba, width, height)
  if (!image) return
  if (panel.sight) paintSight(panel.sight, image)
  const network = store.networks.get(panel.data.network?.id)?.ready
  if (!network) return
  const result = read(network, image)
  showResult(panel, { ...result, isLive: true })
  panel.living?.show(result)
}

// On screen

function showResult({ box, data }, result) {
  const { words, colors } = data
  const isReadable = result?.probabilities.every(Number.isFinite)
  box.classList.toggle("empty", !isReadable)
  box.classList.toggle("bare", !data.hasBars && isReadLive(data))
  if (!box.rows) build(box, words)
  box.dataset.state = !result ? "empty" : result.isLive ? "drawing" : "read"
  if (box.headed !== words.title) box.querySelector(".title").textContent = box.headed = words.title
  const invitation = isReadLive(data) ? words.invitation : words.invitation_each_stroke
  if (box.invited !== invitation) box.querySelector(".invitation").textContent = box.invited = invitation
  if (!isReadable) return
  const { probabilities, isDoubtful, truth } = result
  const [first, second] = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a])
  const percent = index => percentOf(probabilities[index])
  const [digit, name, probability, rival] = box.parts
  digit.textContent = words.signs[first]
  name.textContent = words.digits[first]
  probability.textContent = percent(first)
  const secondGuess = words.rival.replace("{digit}", words.classes[second]).replace("{probability}", percent(second))
  rival.textContent = isDoubtful ? words.no_digit : probabilities[first] < data.unsure_below ? secondGuess : ""
  box.classList.toggle("doubtful", Boolean(isDoubtful))
  box.classList.toggle("named", words.isNamed)
  box.rows.forEach(({ bar, number, row, label }, index) => {
    label.textContent = words.classes[index]
    bar.style.transform = `scaleX(${probabilities[index]})`
    bar.style.background = index === first ? colors.first : colors.other
    number.textContent = percent(index)
    row.style.outline = index === truth ? `2px solid ${colors.truth}` : "none" // forced colours show a transparent one
  })
  const summary = words.alt.replace("{digit}", words.classes[first]).replace("{probability}", percent(first))
  if (!result.isLive) box.spoken.textContent = summary // who hears the page hears results, not sixty a second
  box.chart.setAttribute("aria-label", summary)
}

function build(box, words) {
  box.innerHTML = `<p class="invitation"></p><div class="nnlab-answer"><b></b>
    <span><i></i><br><i></i><small></small></span></div><div class="spoken" role="status"></div>
    <p class="title"></p><div class="chart" role="img"></div>`
  box.parts = [...box.querySelectorAll(".nnlab-answer b, .nnlab-answer i, .nnlab-answer small")]
  box.spoken = box.querySelector(".spoken")
  box.chart = box.querySelector(".chart")
  box.rows = words.digits.map(() => {
    const row = box.chart.appendChild(document.createElement("div"))
    row.innerHTML = `<b></b><span class="track"><span class="bar"></span></span><span class="number"></span>`
    return { row, label: row.querySelector("b"), bar: row.querySelector(".bar"), number: row.querySelector(".number") }
  })
}
