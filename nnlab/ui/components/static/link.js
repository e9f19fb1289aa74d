// An address to hand on, and a button that copies it. See nnlab/ui/components/link.py for what is sent.

const SAID = 2500 // milliseconds in which the button says what it has done

export function show({ parentElement, data }) {
  const box = parentElement.querySelector(".nnlab-link")
  const [shown, button] = [box.querySelector("code"), box.querySelector("button")]
  if (shown.textContent !== data.address) shown.textContent = data.address
  clearTimeout(box.timer)
  button.textContent = data.words.copy
  button.onclick = async () => {
    const isCopied = await copy(data.address, shown)
    button.textContent = isCopied ? data.words.copied : data.words.selected
    box.timer = setTimeout(() => (button.textContent = data.words.copy), SAID)
  }
}

// A page that comes without https may not write to the clipboard: then the address is selected and copied as by hand.
async function copy(address, shown) {
  try {
    await navigator.clipboard.writeText(address)
    return true
  } catch {
    getSelection().selectAllChildren(shown)
    return document.execCommand("copy")
  }
}
