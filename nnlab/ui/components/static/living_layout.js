// Where the parts of the living network stand: the pixels on the left, a column of neurons for each layer, the ten digits
// with their bars on the right. Lengths are in CSS pixels; rem is the page's size of letters. Nothing here draws.

const MOST_NEURONS = 24 // of a layer are shown at most
const PITCH = 0.72 // rem from one neuron to the next, at least
const PICTURE = 2.3 // rem: the side of a neuron's weights as a picture
const NARROW = 30 // rem: a picture of no more than this has less room beside the digits

// sizes: neurons of each layer after the pixels, the ten outputs last; hasPictures: whether the first shows its weights;
// heads: lines of text above a layer.
export function layOut(width, rem, sizes, hasPictures, heads) {
  const isNarrow = width < NARROW * rem
  const height = Math.round(Math.min(27 * rem, Math.max(18 * rem, 0.52 * width)))
  const head = (heads + 0.5) * rem, body = height - head - 0.4 * rem
  const side = Math.round(Math.min(0.22 * width, 9 * rem, body))
  const tail = (isNarrow ? 6.2 : 9.4) * rem
  const gap = (width - tail - side) / sizes.length
  const sight = { x: 0, y: head + (body - side) / 2, side }
  const columns = sizes.map((size, layer) => {
    const x = side + gap * (layer + 1), isLast = layer === sizes.length - 1
    if (hasPictures && !layer && !isLast) return pictureColumn(x, size, { head, body, gap, rem })
    const pitch = Math.min(body / Math.min(size, Math.floor(body / (PITCH * rem)), MOST_NEURONS), isLast ? body : 1.6 * rem)
    const count = Math.min(size, Math.floor(body / pitch + 1e-6), MOST_NEURONS)
    const top = head + (body - pitch * count) / 2
    const places = Array.from({ length: count }, (_, row) => ({ x, y: top + pitch * (row + 0.5) }))
    return { x, places, radius: Math.min(0.4 * pitch, 0.42 * rem), size }
  })
  return { width, height, rem, head, gap, sight, tail, isNarrow, columns }
}

function pictureColumn(x, size, { head, body, gap, rem }) {
  const side = PICTURE * rem, step = side + 0.25 * rem
  const across = Math.max(1, Math.min(3, Math.floor((1.1 * gap) / step)))
  const down = Math.max(1, Math.min(Math.ceil(size / across), Math.floor(body / step)))
  const count = Math.min(size, across * down)
  const left = x - (step * (across - 1)) / 2, top = head + (body - step * down) / 2
  const places = Array.from({ length: count }, (_, index) => (
    { x: left + step * (index % across), y: top + step * (Math.floor(index / across) + 0.5) }
  ))
  return { x, places, radius: side / 2, size, side }
}

// Which neuron of a plan a point is on: {layer, row}, row being its place from the top; null if it is on none.
export function neuronAt({ columns, rem }, x, y) {
  let nearest = null, least = rem
  for (const [layer, { places, radius }] of columns.entries()) {
    for (const [row, place] of places.entries()) {
      const distance = Math.max(Math.abs(place.x - x), Math.abs(place.y - y)) - radius
      if (distance < least) [nearest, least] = [{ layer, row }, distance]
    }
  }
  return least < 0.5 * rem ? nearest : null
}

// The row next to another by an arrow key; to another layer, the one at the same height.
export function neighbour({ columns }, { layer, row }, key) {
  const last = columns[layer].places.length - 1
  if (key === "ArrowUp") return { layer, row: Math.max(0, row - 1) }
  if (key === "ArrowDown") return { layer, row: Math.min(last, row + 1) }
  if (key === "Home") return { layer, row: 0 }
  if (key === "End") return { layer, row: last }
  const other = Math.min(columns.length - 1, Math.max(0, layer + (key === "ArrowLeft" ? -1 : 1)))
  if (other === layer) return { layer, row }
  const { y } = columns[layer].places[row]
  const distances = columns[other].places.map(place => Math.abs(place.y - y))
  return { layer: other, row: distances.indexOf(Math.min(...distances)) }
}
