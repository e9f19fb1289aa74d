// A clock that counts up, or down to a limit. See nnlab/ui/components/clock.py.

const TICK = 100 // milliseconds
const SHORT = 3 // seconds: when fewer are left, the clock changes its colour
const AGAIN = 2 // seconds until it says once more that the time is over, should the first word be lost

export function run({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".nnlab-clock"), seconds = () => performance.now() / 1000
  if (box.token !== data.token) {
    Object.assign(box, { token: data.token, began: seconds() - data.elapsed, due: data.due })
  }
  const [figure, bar] = [box.querySelector("b"), box.querySelector("i")]
  box.setAttribute("aria-label", data.label)
  box.querySelector("small").textContent = data.unit
  bar.style.visibility = data.limit ? "visible" : "hidden"
  const tick = () => {
    if (!box.isConnected) return clearInterval(box.timer)
    const passed = seconds() - box.began, left = Math.max(0, (data.limit ?? 0) - passed)
    figure.textContent = (data.limit ? left : passed).toFixed(1)
    if (!data.limit) return
    bar.style.width = `${(100 * left) / data.limit}%`
    box.classList.toggle("short", left < SHORT)
    if (passed < box.due) return
    box.due = passed + AGAIN
    setTriggerValue("over", data.token)
  }
  clearInterval(box.timer)
  box.timer = setInterval(tick, TICK)
  tick()
}
