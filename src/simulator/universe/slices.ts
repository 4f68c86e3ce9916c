/** Spans of equal length, made when asked for; of each kind the few made last are kept. */
import type { Us } from "./instant.ts"

export class Slices<A> {
  /** In order of use, the last used last. */
  readonly #kept = new Map<number, A>()

  constructor(
    readonly span: Us,
    private readonly keptMax: number,
    private readonly make: (from: Us, to: Us) => A
  ) {}

  /** Those with moments from the one to the other, both included; the newest first. */
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
