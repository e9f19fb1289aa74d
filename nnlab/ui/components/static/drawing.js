// From a drawing on a canvas to an image like MNIST's: nnlab/drawing.py once more, for the browser, step by step.
// tests/browser/test_parity.py holds the two together.

const IMAGE_SIDE = 28
const BOX_SIDE = 20
const CENTRE = 14
const SAME_COLOR = 4.5 / 255
const TIE = 1e-4

// (height x width) RGBA bytes -> Float32Array of 784 in [0, 1], or null where there is no ink.
export function toMnist(rgba, width, height) {
  const crop = cropToInk(rgba, width, height)
  if (!crop) return null
  const scaled = scaleToBox(crop)
  const placed = place(scaled, half(IMAGE_SIDE - scaled.height), half(IMAGE_SIDE - scaled.width))
  return recentreByMass(placed)
}

const half = length => Math.floor(length / 2)

// The smallest box that holds all ink; ink is the distance from the paper's colour, as a share of the largest.
function cropToInk(rgba, width, height) {
  const packed = new Int32Array(rgba.buffer, rgba.byteOffset, width * height)
  const paper = commonestAtEdges(packed, width, height)
  const distance = distanceFrom(paper)
  const ink = new Float32Array(width * height)
  let [top, bottom, left, right, furthest] = [height, -1, width, -1, 0]
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (packed[i] === paper) continue // most of the canvas: no need to look at it
      ink[i] = distance(packed[i])
      if (ink[i] <= SAME_COLOR) ink[i] = 0
      else {
        if (y < top) top = y
        if (y > bottom) bottom = y
        if (x < left) left = x
        if (x > right) right = x
        if (ink[i] > furthest) furthest = ink[i]
      }
    }
  }
  if (bottom < 0) return null
  const crop = { width: right - left + 1, height: bottom - top + 1 }
  crop.pixels = new Float32Array(crop.width * crop.height)
  for (let y = 0; y < crop.height; y++) {
    const start = (top + y) * width + left
    crop.pixels.set(ink.subarray(start, start + crop.width), y * crop.width)
  }
  for (let i = 0; i < crop.pixels.length; i++) crop.pixels[i] /= furthest
  return crop
}

// Of colours that are equally frequent, the least, as torch's unique and argmax have it.
function commonestAtEdges(packed, width, height) {
  const counts = new Map()
  const count = color => counts.set(color, (counts.get(color) ?? 0) + 1)
  for (let x = 0; x < width; x++) {
    count(packed[x])
    count(packed[(height - 1) * width + x])
  }
  for (let y = 0; y < height; y++) {
    count(packed[y * width])
    count(packed[(y + 1) * width - 1])
  }
  let [paper, most] = [0, 0]
  for (const [color, times] of counts) {
    if (times > most || (times === most && color < paper)) [paper, most] = [color, times]
  }
  return paper
}

// Red, green and blue count as much as alpha lets them; browsers store RGBA in this order, the first byte lowest.
function distanceFrom(paper) {
  const channels = color => {
    const alpha = (color >>> 24) / 255
    return [((color & 255) / 255) * alpha, (((color >>> 8) & 255) / 255) * alpha, (((color >>> 16) & 255) / 255) * alpha, alpha]
  }
  const own = channels(paper)
  const known = new Map() // a drawing has few colours
  return color => {
    if (!known.has(color)) known.set(color, Math.hypot(...channels(color).map((value, i) => value - own[i])))
    return known.get(color)
  }
}

// The longest side becomes 20 pixels, each the average of an area.
function scaleToBox({ width, height, pixels }) {
  const scale = BOX_SIDE / Math.max(width, height)
  const [newWidth, newHeight] = [width, height].map(side => Math.max(1, Math.floor(side * scale + 0.5)))
  const rows = new Float64Array(newHeight * width)
  for (const [from, to, weight] of areaWeights(height, newHeight)) {
    for (let x = 0; x < width; x++) rows[to * width + x] += weight * pixels[from * width + x]
  }
  const scaled = { width: newWidth, height: newHeight, pixels: new Float32Array(newWidth * newHeight) }
  const columns = areaWeights(width, newWidth)
  for (let y = 0; y < newHeight; y++) {
    for (const [from, to, weight] of columns) scaled.pixels[y * newWidth + to] += weight * rows[y * width + from]
  }
  return scaled
}

// New pixel i covers old ones from i s to (i + 1) s, s = size / newSize: [old, new, share] of each overlap.
function areaWeights(size, newSize) {
  const stretch = size / newSize
  const weights = []
  for (let to = 0; to < newSize; to++) {
    const [start, end] = [to * stretch, (to + 1) * stretch]
    for (let from = Math.floor(start); from < Math.min(size, end); from++) {
      const overlap = Math.min(end, from + 1) - Math.max(start, from)
      if (overlap > 0) weights.push([from, to, overlap / stretch])
    }
  }
  return weights
}

function place({ width, height, pixels }, top, left) {
  const image = { width: IMAGE_SIDE, height: IMAGE_SIDE, pixels: new Float32Array(IMAGE_SIDE * IMAGE_SIDE) }
  for (let y = 0; y < height; y++) {
    image.pixels.set(pixels.subarray(y * width, (y + 1) * width), (top + y) * IMAGE_SIDE + left)
  }
  return image
}

// By whole pixels, until the centre of mass is in the middle; ink is never pushed over the edge.
function recentreByMass({ pixels }) {
  const mass = [new Float64Array(IMAGE_SIDE), new Float64Array(IMAGE_SIDE)] // of each row, of each column
  pixels.forEach((ink, i) => {
    mass[0][Math.floor(i / IMAGE_SIDE)] += ink
    mass[1][i % IMAGE_SIDE] += ink
  })
  const shifts = mass.map(ink => {
    const centre = ink.reduce((sum, value, i) => sum + value * i, 0) / ink.reduce((sum, value) => sum + value)
    const [first, last] = [ink.findIndex(value => value > 0), lastInked(ink)]
    return Math.min(Math.max(Math.floor(CENTRE - centre + 0.5 + TIE), -first), IMAGE_SIDE - 1 - last)
  })
  const result = new Float32Array(IMAGE_SIDE * IMAGE_SIDE)
  pixels.forEach((ink, i) => {
    if (ink) result[i + shifts[0] * IMAGE_SIDE + shifts[1]] = Math.min(ink, 1)
  })
  return result
}

// Where the last ink is; findLastIndex would say it, but not on every tablet.
function lastInked(ink) {
  let last = ink.length - 1
  while (!(ink[last] > 0)) last--
  return last
}
