// How a map or a film goes on that is being made, asked of the server while it is on the screen. nnlab/ui/inspect/tsne.py
// says what it answers of a map, nnlab/ui/runs/replay_film.py of a film, nnlab/ui/bringing/readings.py of brought files.

const PAUSE = 600 // milliseconds from an answer to the next question; longer where the server took long to answer
const SLOWNESS = 4 // so many times as long as the answer took
const AFTER_ERROR = [1000, 8000] // milliseconds, the first time and at most: twice as long each time
const AGAIN = 3000 // milliseconds until the page is asked for once more, should the first word be lost

// Call hear with each answer, and end when it is over. An element follows one at a time, or none.
export function follow(box, feed, base, hear, end) {
  clearTimeout(box.asking)
  const turn = (box.turn ?? 0) + 1
  box.turn = turn
  const isCurrent = () => box.isConnected && box.turn === turn
  let step = -1, errors = 0
  const ask = async () => {
    if (!isCurrent()) return
    let pause = PAUSE
    const askedAt = performance.now()
    try {
      const answer = document.hidden ? {} : await fetchAnswer(feed, step, base)
      if (!isCurrent()) return
      errors = 0
      step = answer.step ?? step
      if (answer.isOver) end()
      else if (answer.words) hear(answer)
      pause = answer.isOver ? AGAIN : Math.max(PAUSE, SLOWNESS * (performance.now() - askedAt))
    } catch {
      pause = Math.min(AFTER_ERROR[0] * 2 ** errors++, AFTER_ERROR[1])
    }
    if (isCurrent()) box.asking = setTimeout(ask, pause)
  }
  if (feed) ask()
}

async function fetchAnswer({ id, language, folder = "maps" }, step, base) {
  const address = new URL(`${folder}/${encodeURIComponent(id)}`, base)
  address.search = new URLSearchParams({ language, step })
  const response = await fetch(address)
  if (response.status === 404) return { isOver: true } // it has been forgotten, or the server is another
  if (!response.ok) throw new Error(`the server answers ${response.status}`)
  return response.json()
}
