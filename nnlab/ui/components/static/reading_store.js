// What the elements of a page share while something is read: the networks, and of each page what is on its screen.

import { readNetwork } from "./network.js"

// Outlives the elements, which come and go with their page. Networks by id: promises of what readNetwork returns, which
// is null for a network that the browser cannot compute.
window.nnlabReading ??= { networks: new Map(), panels: new Map(), surfaces: new WeakSet() }
export const store = window.nnlabReading
const KEPT_NETWORKS = 4 // the bundled one has 7 MB here
const AFTER_ERROR = [1000, 30_000] // milliseconds, the first time and at most: twice as long each time
const awaited = new Map() // by id of a network: who waits for it to be sent

export function panelOf(place) {
  if (!store.panels.has(place)) store.panels.set(place, { place, isDrawing: false })
  return store.panels.get(place)
}

// Have a network here, by what the page says of it: its id and where it is, or its file; `ask` for it if neither is said.
export function keepNetwork({ id, address, weights }, normalizations, base, ask) {
  if (store.networks.has(id)) return
  if (!address && !weights) return ask() // the page was reloaded, or a message got lost
  const bytes = weights
    ? Promise.resolve(Uint8Array.from(atob(weights), character => character.charCodeAt(0)).buffer)
    : fetchFile(new URL(address, base))
  const network = bytes.then(buffer => readNetwork(buffer, normalizations))
  store.networks.set(id, network)
  network.then(ready => (network.ready = ready), () => store.networks.delete(id))
  for (const go of awaited.get(id) ?? []) go(network)
  awaited.delete(id)
  for (const old of [...store.networks.keys()].slice(0, -KEPT_NETWORKS)) store.networks.delete(old)
}

// A file that does not come is asked for again: who has drawn already waits for it.
async function fetchFile(address) {
  for (let pause = AFTER_ERROR[0]; ; pause = Math.min(2 * pause, AFTER_ERROR[1])) {
    const file = await fetch(address).then(found => (found.ok ? found.arrayBuffer() : null)).catch(() => null)
    if (file) return file
    await new Promise(go => setTimeout(go, pause))
  }
}

// The network with this id, also if another element of the page is still to have it sent.
export function networkOf(id) {
  if (store.networks.has(id)) return store.networks.get(id)
  return new Promise(go => awaited.set(id, [...(awaited.get(id) ?? []), go]))
}

// Numbers in [0, 1] as 28 x 28 pixels, 1 = white; black without any.
export function paintSight(canvas, image) {
  const picture = new ImageData(28, 28)
  for (let i = 0; i < 784; i++) {
    const shade = Math.round(255 * (image?.[i] ?? 0))
    picture.data.set([shade, shade, shade, 255], 4 * i)
  }
  canvas.getContext("2d").putImageData(picture, 0, 0)
}
