// What every page does in the browser. See nnlab/ui/frame.py.

const version = new URL(import.meta.url).search // the same for all of them: none is taken from an older one's cache
const { identify } = await import(`./identity.js${version}`)

export function begin({ data, setStateValue }) {
  document.documentElement.lang = data.language // for screen readers, hyphenation, and browsers that offer to translate
  identify(data.identity, known => setStateValue("identity", known))
}
