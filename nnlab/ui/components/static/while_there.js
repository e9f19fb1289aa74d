// Looks at an element again and again, for as long as it is on the page. Streamlit takes elements away without a word, and
// a page that is opened once more brings new ones: what went on looking would keep those that are gone in memory.

// element: one that is on the page. pause: milliseconds between two looks.
export function whileThere(element, pause, look) {
  const timer = setInterval(() => {
    if (element.isConnected) look()
    else clearInterval(timer)
  }, pause)
}
