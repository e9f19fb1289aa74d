// A picture that a script paints, as a PNG file with more pixels than the screen has.

const SCALE = 2 // pixels of the file for each one on screen
const WHILE_SAVED = 10_000 // milliseconds

// `paint` paints on a sheet in the colour `paper`; it is told how many pixels of the sheet one on screen has.
export function savePicture(file, width, height, paper, paint) {
  const sheet = document.createElement("canvas"), brush = sheet.getContext("2d")
  Object.assign(sheet, { width: width * SCALE, height: height * SCALE })
  brush.fillStyle = paper
  brush.fillRect(0, 0, sheet.width, sheet.height)
  paint(brush, SCALE)
  sheet.toBlob(blob => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob) })
    link.download = `${file}.png`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), WHILE_SAVED)
  })
}
