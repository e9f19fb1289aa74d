// Which moment of a run a place on its axis of time is. All places are shares of the axis, 0 to 1, and the server has
// computed them: nnlab/replay/timeline.py. Nothing here draws.

const NEAR = 1e-6

// The index of the last number of an ascending list that is not above a value; -1 if all are.
export function lastUntil(ascending, value) {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] <= value + NEAR) low = middle + 1
    else high = middle
  }
  return low - 1
}

// The state that a key goes to: the next one, or the one before; between two, the nearer end that way.
export function neighbourState(places, place, direction) {
  const at = lastUntil(places, place)
  if (direction > 0) return Math.min(places.length - 1, at + 1)
  const isOnIt = at >= 0 && Math.abs(places[at] - place) <= 2e-4 // the slider's own steps are as coarse
  return Math.max(0, isOnIt ? at - 1 : at)
}

// {state, point, isState, step, seconds, loss, test} at a place: the last kept state and the last point of the curve until
// then, point being -1 before the first; isState says that the state is the later one.
export function momentAt({ states, curve, tests }, axis, place) {
  const state = Math.max(0, lastUntil(states.places[axis], place)), point = lastUntil(curve.places[axis], place)
  const isState = point < 0 || states.step[state] >= curve.step[point]
  const test = lastUntil(tests.places[axis], place)
  return {
    state, point, isState,
    step: isState ? states.step[state] : curve.step[point],
    seconds: isState ? states.seconds[state] : curve.seconds[point],
    loss: point < 0 ? null : curve.loss[point],
    test: test < 0 ? null : { accuracy: tests.accuracy[test], images: tests.images[test] },
  }
}
