// How the space of a layer is painted: the mesh over the plane, carried there; two axes; and the output's border.

import { COLORS } from "./signed_colors.js"

const STRENGTH = 0.55 // of a colour; where the mesh lies in folds they add up
const LINE = { width: 0.6, strength: 0.7 } // of the mesh
const LETTER = 13 // pixels
const BORDER = { width: 2, dashes: [7, 5] }

// mesh: {cells each way, places: [[x, ...], [y, ...]] of its corners, from -1 to 1, shades: of them, from -1, orange, to 1,
// blue}. edges: for each axis the numbers at the picture's edges; ends: those that are written; names: of the axes, one or two;
// border: [weight across, weight up, bias] of the line on which their sum is 0, or null.
export function paintSpace(canvas, { mesh, edges, ends, names, border }, isDark) {
  const side = canvas.clientWidth, finer = window.devicePixelRatio || 1, pixels = Math.round(side * finer)
  if (canvas.width !== pixels) Object.assign(canvas, { width: pixels, height: pixels })
  const brush = canvas.getContext("2d"), [[left, right], [bottom, top]] = edges
  const placeOf = (x, y) => [((x - left) / (right - left)) * side, ((top - y) / (top - bottom)) * side]
  const colors = { ink: isDark ? "#fff" : "#111", paper: isDark ? "#111" : "#fff" }
  brush.setTransform(finer, 0, 0, finer, 0, 0)
  brush.clearRect(0, 0, side, side)
  paintMesh(brush, side, mesh, isDark)
  paintAxes(brush, side, placeOf, ends, names, colors, getComputedStyle(canvas).fontFamily)
  if (border) paintBorder(brush, placeOf, edges, border, colors)
}

function paintMesh(brush, side, { cells, places: [across, up], shades }, isDark) {
  const [blue, orange] = COLORS[isDark ? "dark" : "light"], row = cells + 1
  brush.lineWidth = LINE.width
  for (let cell = 0; cell < cells * cells; cell++) {
    const first = Math.floor(cell / cells) * row + (cell % cells), around = [first, first + 1, first + row + 1, first + row]
    const shade = around.reduce((sum, corner) => sum + shades[corner], 0) / around.length
    const color = `rgb(${shade < 0 ? orange : blue})`
    brush.beginPath()
    for (const corner of around) brush.lineTo(((across[corner] + 1) / 2) * side, ((1 - up[corner]) / 2) * side)
    brush.closePath()
    Object.assign(brush, { fillStyle: color, strokeStyle: color, globalAlpha: STRENGTH * Math.min(1, Math.abs(shade)) })
    brush.fill()
    brush.globalAlpha = LINE.strength
    brush.stroke()
  }
  brush.globalAlpha = 1
}

function paintAxes(brush, side, placeOf, ends, [across, up], { ink, paper }, family) {
  const [left, top] = placeOf(0, 0)
  Object.assign(brush, { strokeStyle: ink, fillStyle: ink, lineWidth: 1, globalAlpha: 0.5 })
  brush.beginPath()
  brush.moveTo(0, top)
  brush.lineTo(side, top)
  brush.moveTo(left, 0)
  brush.lineTo(left, side)
  brush.stroke()
  Object.assign(brush, { globalAlpha: 1, strokeStyle: paper, lineWidth: 3, lineJoin: "round" }) // what is written has an edge
  const write = (text, x, y, textAlign, textBaseline) => {
    Object.assign(brush, { textAlign, textBaseline })
    brush.strokeText(text, x, y)
    brush.fillText(text, x, y)
  }
  const isNot0 = value => Math.abs(value) > 1e-9, written = value => String(Math.round(value * 100) / 100).replace("-", "−")
  brush.font = `${LETTER}px ${family}`
  for (const value of ends[0].filter(isNot0)) write(written(value), placeOf(value, 0)[0], side - 3, "center", "bottom")
  if (up) for (const value of ends[1].filter(isNot0)) write(written(value), 4, placeOf(0, value)[1], "left", "middle")
  brush.font = `600 ${LETTER}px ${family}`
  write(across, side - 3, top - 2, "right", "bottom")
  if (up) write(up, left + 4, 2, "left", "top")
}

// From its point that is nearest to 0 as far as the picture reaches, either way.
function paintBorder(brush, placeOf, edges, [across, up, bias], { ink }) {
  const length = Math.hypot(across, up), foot = [across, up].map(weight => (-bias * weight) / length ** 2)
  const far = Math.hypot(...foot) + edges.flat().reduce((sum, edge) => sum + Math.abs(edge), 0)
  brush.beginPath()
  for (const way of [-far, far]) brush.lineTo(...placeOf(foot[0] - (way * up) / length, foot[1] + (way * across) / length))
  Object.assign(brush, { strokeStyle: ink, lineWidth: BORDER.width })
  brush.setLineDash(BORDER.dashes)
  brush.stroke()
  brush.setLineDash([])
}
