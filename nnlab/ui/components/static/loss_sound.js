// The loss as a tone that falls with it, for those who cannot see the curve, or look elsewhere: a loss four times smaller
// sounds an octave lower. A new evaluation strikes a second, brighter tone with the test loss's pitch.

const PITCH_OF_ONE = 880 // hertz, of a loss of 1 nat
const RANGE = [70, 3500] // hertz, in which a small loudspeaker is heard
const TONE_VOLUME = 0.05, STRIKE_VOLUME = 0.07 // of 1, the loudest
const GLIDE = 0.08 // seconds: how long the tone takes for most of the way to a new pitch, and to begin or end
const STRIKE = 0.5 // seconds

let isOn = false // in all runs, until the tab is closed or loaded anew
let sound // AudioContext, made when it is first switched on: before a press a browser lets nothing sound
let tone // {oscillator, gain} while it sounds
let heard = {} // how many evaluations of which run have been struck

export const isHearing = () => isOn

export function setHearing(on) {
  isOn = on
  if (on) sound ??= new AudioContext()
  if (on) sound.resume()
  else hush()
}

// What of a run is to be heard now; called again and again while it trains. latest: {run, loss, evaluations, testLoss}.
export function hear({ run, loss, evaluations, testLoss }, isTraining) {
  if (heard.run !== run) heard = { run, evaluations } // what was there before is no news
  if (!isOn || !isTraining || document.hidden || !(loss > 0)) hush()
  else sing(pitchOf(loss))
  if (isOn && !document.hidden && evaluations > heard.evaluations && testLoss > 0) strike(pitchOf(testLoss))
  heard.evaluations = evaluations
}

export function pitchOf(loss) {
  return Math.min(RANGE[1], Math.max(RANGE[0], PITCH_OF_ONE * Math.sqrt(loss)))
}

function sing(pitch) {
  if (!tone) {
    tone = begin("triangle", pitch)
    tone.gain.gain.setTargetAtTime(TONE_VOLUME, sound.currentTime, GLIDE)
  }
  tone.oscillator.frequency.setTargetAtTime(pitch, sound.currentTime, GLIDE)
}

export function hush() {
  if (!tone) return
  tone.gain.gain.setTargetAtTime(0, sound.currentTime, GLIDE)
  tone.oscillator.stop(sound.currentTime + 6 * GLIDE)
  tone = null
}

function strike(pitch) {
  const { oscillator, gain } = begin("square", pitch)
  gain.gain.setValueAtTime(STRIKE_VOLUME, sound.currentTime)
  gain.gain.exponentialRampToValueAtTime(1e-4, sound.currentTime + STRIKE)
  oscillator.stop(sound.currentTime + STRIKE)
}

function begin(type, pitch) {
  const oscillator = new OscillatorNode(sound, { type, frequency: pitch }), gain = new GainNode(sound, { gain: 0 })
  oscillator.connect(gain).connect(sound.destination)
  oscillator.start()
  return { oscillator, gain }
}

document.addEventListener("visibilitychange", () => document.hidden && hush())
