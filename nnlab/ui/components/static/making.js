// How far something is that is being made: one line and a bar. See nnlab/ui/components/making.py for what is sent.

import { follow } from "./map_feed.js"

export function watch({ parentElement, data, setTriggerValue }, base) {
  const box = parentElement.querySelector(".nnlab-making"), bar = box.querySelector("progress")
  const say = ({ words, share }) => {
    box.querySelector("p").textContent = words
    bar.value = share
    bar.setAttribute("aria-label", words)
  }
  say({ words: data.words, share: data.feed.share })
  follow(box, data.feed, base, say, () => setTriggerValue("over", Date.now()))
}
