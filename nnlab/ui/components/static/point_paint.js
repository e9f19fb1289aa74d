// How a map of images is drawn, on the page and as a picture to save. ``map`` is a PointMap of point_map.js.

export const MARGIN = 16 // pixels around the points
const LETTER = 12, RING = 8 // pixels
const HEADING = 32 // pixels below a saved picture, for what it says of itself
const MANY = 0.3 // of the points read wrongly: their rings would hide the digits, and are drawn faintly
const FAINT = 0.25
const PALE = 0.1 // how strongly the digits are drawn that were not asked for

// Draw the map: digits, rings around those that are read wrongly, the mark and the chosen one.
export function paint(map, brush, ratio) {
  const { labels, predicted, colors, mark, words } = map.data
  map.shade = map.color()
  const family = getComputedStyle(map.box).fontFamily
  brush.setTransform(ratio, 0, 0, ratio, 0, 0)
  brush.font = `700 ${LETTER}px ${family}`
  brush.textAlign = "center"
  brush.textBaseline = "middle"
  const isStrong = at => map.only === null || Number(labels[at]) === map.only
  const order = [...map.spots.keys()].sort((one, other) => isStrong(one) - isStrong(other))
  const isWrong = at => labels[at] !== predicted[at]
  const ringed = order.filter(isWrong).length > MANY * order.length ? FAINT : 1
  for (const at of order) {
    const [x, y] = map.spots[at]
    brush.globalAlpha = isStrong(at) ? 1 : PALE
    brush.fillStyle = colors[labels[at]]
    brush.fillText(labels[at], x, y)
    brush.globalAlpha *= ringed
    if (isWrong(at)) ring(brush, x, y, RING, map.shade, 1)
  }
  brush.globalAlpha = 1
  if (mark) {
    const [x, y] = map.onCanvas(mark)
    ring(brush, x, y, 1.6 * RING, map.shade, 3)
    brush.beginPath()
    for (const [sine, cosine] of [[0, 1], [0, -1], [1, 0], [-1, 0]]) {
      brush.moveTo(x + 1.6 * RING * sine, y + 1.6 * RING * cosine)
      brush.lineTo(x + 2.6 * RING * sine, y + 2.6 * RING * cosine)
    }
    brush.stroke()
    const isRight = x > map.canvas.clientWidth / 2
    const place = [x + (isRight ? -3 : 3) * RING, y - 2 * RING]
    brush.textAlign = isRight ? "right" : "left"
    brush.strokeStyle = getComputedStyle(map.card).backgroundColor // so that the words stand out from the digits
    brush.lineWidth = 5
    brush.strokeText(words.mark, ...place)
    brush.fillStyle = map.shade
    brush.fillText(words.mark, ...place)
  }
  if (map.chosen !== null) ring(brush, ...map.spots[map.chosen], 1.4 * RING, "#CC79A7", 3)
}

// The map as a picture of its own, on the page's paper.
export function savePicture(map) {
  const scale = 2, { clientWidth: width, clientHeight: height } = map.canvas
  const whole = height + HEADING
  const sheet = Object.assign(document.createElement("canvas"), { width: width * scale, height: whole * scale })
  const brush = sheet.getContext("2d")
  brush.fillStyle = getComputedStyle(map.card).backgroundColor
  brush.fillRect(0, 0, sheet.width, sheet.height)
  paint(map, brush, scale)
  brush.font = `${LETTER + 2}px ${getComputedStyle(map.box).fontFamily}`
  brush.textAlign = "left"
  brush.fillStyle = map.shade
  brush.fillText(map.data.words.title, MARGIN, height + HEADING / 2, width - 2 * MARGIN)
  sheet.toBlob(blob => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob) })
    link.download = `${map.data.words.file}.png`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  })
}

function ring(brush, x, y, radius, color, width) {
  brush.strokeStyle = color
  brush.lineWidth = width
  brush.beginPath()
  brush.arc(x, y, radius, 0, 2 * Math.PI)
  brush.stroke()
}
