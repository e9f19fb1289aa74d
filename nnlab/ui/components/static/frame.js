// What every page does in the browser. See nnlab/ui/components/frame.py.

const version = new URL(import.meta.url).search // the same for all of them: none is taken from an older one's cache
const [{ runWhenReconnected }, { keepFocus }, { identify }, { preparePrinting }] = await Promise.all(
  ["connection", "focus", "identity", "printing"].map(name => import(`./${name}.js${version}`)),
)

export function begin({ data, setStateValue, setTriggerValue }) {
  document.documentElement.lang = data.language // for screen readers, hyphenation, and browsers that offer to translate
  runWhenReconnected(() => setTriggerValue("reconnected", true))
  preparePrinting()
  keepFocus()
  identify(data.identity, known => setStateValue("identity", known))
}
