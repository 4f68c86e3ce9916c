/** A binary heap of entries with a time; the earliest is on top. */
import type { Us } from "./instant.ts"

interface Entry<A> {
  readonly at: Us
  readonly value: A
}

export class Agenda<A> {
  readonly #heap: Array<Entry<A>> = []

  add(at: Us, value: A): void {
    const heap = this.#heap
    const entry = { at, value }
    let n = heap.length
    heap.push(entry)
    while (n > 0) {
      const up = (n - 1) >> 1
      const parent = heap[up]
      if (parent === undefined || parent.at <= at) break
      heap[n] = parent
      n = up
    }
    heap[n] = entry
  }

  /** Takes the earliest entry if its time has come. */
  takeDue(now: Us): A | undefined {
    const heap = this.#heap
    const top = heap[0]
    if (top === undefined || top.at > now) return undefined
    const last = heap.pop()
    if (last !== undefined && last !== top) this.#sink(last)
    return top.value
  }

  #sink(entry: Entry<A>): void {
    const heap = this.#heap
    let n = 0
    for (;;) {
      const left = heap[2 * n + 1]
      const right = heap[2 * n + 2]
      const child = right !== undefined && left !== undefined && right.at < left.at ? right : left
      if (child === undefined || child.at >= entry.at) break
      heap[n] = child
      n = child === right ? 2 * n + 2 : 2 * n + 1
    }
    heap[n] = entry
  }
}
