/** Periods of equal length whose contents are computed on demand; the ones used last are cached. */
import type { Us } from "./instant.ts"

export class Slices<A> {
  /** The cached periods in order of use, the one used last at the end. */
  readonly #kept = new Map<number, A>()

  constructor(
    readonly span: Us,
    private readonly keptMax: number,
    private readonly make: (from: Us, to: Us) => A
  ) {}

  /** Returns the periods that overlap the time from `from` to `to`, both included, newest first. */
  *back(from: Us, to: Us): Generator<A> {
    for (let n = Math.floor(to / this.span); n >= Math.floor(from / this.span); n--) yield this.#at(n)
  }

  #at(n: number): A {
    const slice = this.#kept.get(n) ?? this.make(n * this.span, (n + 1) * this.span)
    this.#kept.delete(n)
    this.#kept.set(n, slice)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.keptMax) break
      this.#kept.delete(oldest)
    }
    return slice
  }
}
