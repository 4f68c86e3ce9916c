/** The order in which the queue serves requests. */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, FastCheck, Schema } from "effect"
import { makeFairQueue, type QueueEntry } from "../../../src/layers/http/fair-queue.ts"

interface Named extends QueueEntry {
  readonly name: string
}

const place = (feed: string, nth = 0, background = false): Named => ({
  feed,
  background,
  name: `${feed}${nth}`
})

/** All that is in the queue, in the order in which it would be served. */
const drain = (queue: ReturnType<typeof makeFairQueue<Named>>): ReadonlyArray<Named> => {
  const served: Array<Named> = []
  for (let first = queue.peek(); first !== undefined; first = queue.peek()) {
    queue.take()
    served.push(first)
  }
  return served
}

const queueOf = (...places: ReadonlyArray<Named>) => {
  const queue = makeFairQueue<Named>()
  for (const one of places) queue.add(one)
  return queue
}

const many = (feed: string, count: number) => Array.from({ length: count }, (_, nth) => place(feed, nth))
const names = (places: ReadonlyArray<Named>) => places.map(({ name }) => name)

describe("the queue", () => {
  it("lets feeds take turns, and is first come, first served within a feed", () => {
    const served = drain(queueOf(...many("a", 3), ...many("b", 1), ...many("c", 2)))
    assert.deepStrictEqual(names(served), ["a0", "b0", "c0", "a1", "c1", "a2"])
  })

  it("serves a single request second, although another feed has two thousand waiting", () => {
    const served = drain(queueOf(...many("orderbooks", 2000), place("markets")))
    assert.strictEqual(names(served).indexOf("markets0"), 1)
  })

  it("serves background requests when no other is left, also by turns of their feeds", () => {
    const backfill = [place("trades", 0, true), place("trades", 1, true), place("candlesticks", 0, true)]
    const served = drain(queueOf(...backfill, ...many("markets", 2)))
    assert.deepStrictEqual(names(served), ["markets0", "markets1", "trades0", "candlesticks0", "trades1"])
  })

  it("can be left from any place, the first included, once or twice", () => {
    const [a, b, c] = [place("a", 0), place("a", 1), place("b")]
    const queue = queueOf(a, b, c)
    queue.remove(a)
    queue.remove(a)
    assert.strictEqual(queue.peek(), b)
    queue.remove(b)
    assert.deepStrictEqual(names(drain(queue)), ["b0"])
    queue.remove(c)
    queue.take()
    assert.isUndefined(queue.peek())
  })

  it("lets each other feed go first at most once, whatever the mixture", () => {
    const Mixture = Schema.Array(
      Schema.Struct({
        feed: Schema.Literal("a", "b", "c", "d"),
        background: Schema.Boolean,
        served: Schema.Boolean
      })
    )
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Mixture), (mixture) => {
        const queue = makeFairQueue<Named>()
        /**
         * For each waiting request: how often every other feed has gone first since it became the first of
         * its feed.
         */
        const passedBy = new Map<Named, Map<string, number>>()
        const waiting: Array<Named> = []
        const serve = () => {
          const next = queue.peek()
          if (next === undefined) return assert.strictEqual(waiting.length, 0)
          queue.take()
          waiting.splice(waiting.indexOf(next), 1)
          assert.isTrue(!next.background || waiting.every(({ background }) => background))
          const heads = new Map<string, Named>()
          for (const one of waiting) {
            const key = `${one.feed} ${one.background}`
            if (one.background === next.background && !heads.has(key)) heads.set(key, one)
          }
          for (const head of heads.values()) {
            if (head.feed === next.feed) continue
            const counts = passedBy.get(head) ?? new Map<string, number>()
            counts.set(next.feed, (counts.get(next.feed) ?? 0) + 1)
            passedBy.set(head, counts)
            assert.isAtMost(counts.get(next.feed) ?? 0, 1, `${next.name} passed ${head.name} twice`)
          }
        }
        mixture.forEach(({ background, feed, served }, nth) => {
          const one = place(feed, nth, background)
          queue.add(one)
          waiting.push(one)
          if (served) serve()
        })
        while (waiting.length > 0) serve()
      }),
      { numRuns: 300, seed: 20261122 }
    )
  })
})
