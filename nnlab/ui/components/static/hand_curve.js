// A curve drawn by hand: a value for each column, or null where nothing is drawn, and how to take the last changes back.
// A spot is {column, height}: which column, also between two of them, and how far up the axis, from 0 to 1.

const MOST_UNDONE = 100

export class HandCurve {
  // ``axis`` is the y axis, which turns heights into values; it may be another after the window has changed.
  constructor(values, axis) {
    Object.assign(this, { values: [...values], axis, before: [] })
  }

  get count() {
    return this.values.filter(value => value !== null).length
  }

  get last() {
    return this.values.length - 1
  }

  // Begin a change that can be taken back.
  begin() {
    this.before = [...this.before, [...this.values]].slice(-MOST_UNDONE)
  }

  undo() {
    if (this.before.length) this.values = this.before.pop()
  }

  wipe(column) {
    if (column === undefined) this.values = this.values.map(() => null)
    else this.values[column] = null
  }

  put(column, height) {
    const value = this.axis.valueOf(Math.min(1, Math.max(0, height)))
    this.values[column] = Number(value.toPrecision(5))
  }

  // Every column between two spots takes the height of the line between them; the column nearest to the end in any case.
  line(from, to) {
    const first = Math.ceil(Math.min(from.column, to.column)), last = Math.floor(Math.max(from.column, to.column))
    for (let column = first; column <= last; column++) {
      const part = (column - from.column) / (to.column - from.column || 1)
      this.put(column, from.height + part * (to.height - from.height))
    }
    this.put(Math.round(to.column), to.height)
  }

  // Move one column; a gap on either side of it is closed by a straight line.
  move(column, height) {
    for (const place of this.neighbours(column)) {
      if (place === undefined || Math.abs(place - column) === 1) continue
      this.line({ column: place, height: this.axis.part(this.values[place]) }, { column, height })
    }
    this.put(column, height)
  }

  // How high the curve is, or would be: on the line between what is drawn on both sides.
  heightAt(column) {
    if (this.values[column] !== null) return this.axis.part(this.values[column])
    const [before, after] = this.neighbours(column)
    if (before === undefined && after === undefined) return 0.5
    const [low, high] = [before ?? after, after ?? before].map(place => this.axis.part(this.values[place]))
    return low + (high - low) * (low === high ? 0 : (column - before) / (after - before))
  }

  // The nearest columns with something drawn, on the left and on the right; undefined where there is none.
  neighbours(column) {
    const places = [...this.values.keys()].filter(place => this.values[place] !== null)
    return [places.filter(place => place < column).pop(), places.find(place => place > column)]
  }
}
