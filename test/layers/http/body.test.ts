/** Bodies that are larger than any real answer, and statuses other than 200, on real sockets. */
import type { ServerResponse } from "node:http"
import { setTimeout } from "node:timers/promises"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bodyBytesMax } from "../../../src/domain/ask/limits.ts"
import { answer, asking, client, impatient, server } from "./support.ts"

const MARKETS = asking("/markets?limit=1000")
const PIECE = Buffer.alloc(1_000_000, "0")
const SPACES = Buffer.alloc(1_000_000, " ")

/**
 * Sends one piece again and again until the client leaves, or a given number of times; returns the number of
 * bytes taken.
 */
const pour = async (response: ServerResponse, piece: Uint8Array, times = Number.POSITIVE_INFINITY) => {
  let left = false
  response.once("close", () => {
    left = true
  })
  let bytes = 0
  for (let n = 0; n < times && !left; n++) {
    response.write(piece)
    while (response.writableNeedDrain && !left) await setTimeout(1)
    bytes += piece.length
  }
  if (!left) response.end()
  return bytes
}

describe("a body larger than the limit", () => {
  it.scopedLive("without an end is abandoned at 64 MB, and the failure says so", () =>
    Effect.gen(function* () {
      const sent: Array<Promise<number>> = []
      const { arrivals, url } = yield* server((_, response) => {
        response.writeHead(200, { "content-type": "application/json" })
        sent.push(pour(response, PIECE))
      })
      const api = yield* client(url)
      const error = yield* Effect.flip(impatient(api.get(MARKETS)))
      assert.strictEqual(
        error.message,
        "the exchange answered 200 to /markets?limit=1000 (its body is over 64 MB) after 2 attempts."
      )
      const bytes = yield* Effect.promise(() => Promise.all(sent))
      assert.strictEqual(bytes.length, 2)
      // Data in flight when the client leaves is in the buffers of both sides.
      for (const n of bytes) assert.isBelow(n, bodyBytesMax(MARKETS.endpoint) + 20 * PIECE.length)
      assert.isTrue(arrivals.every(({ closed }) => closed))
    })
  )

  it.scopedLive("after unpacking is abandoned at 64 MB too, before its full gigabyte", () =>
    Effect.gen(function* () {
      const member = gzipSync(Buffer.alloc(10_000_000, "0"))
      const { url } = yield* server((_, response) =>
        answer(response, 200, Buffer.concat(Array.from({ length: 100 }, () => member)), {
          "content-encoding": "gzip"
        })
      )
      const api = yield* client(url)
      let most = 0
      const before = process.memoryUsage().arrayBuffers
      const watch = setInterval(() => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      }, 5)
      const error = yield* Effect.flip(impatient(api.get(MARKETS)))
      clearInterval(watch)
      assert.include(error.message, "its body is over 64 MB")
      assert.isBelow(most, 300_000_000)
    })
  )

  it.scopedLive("is accepted if its endpoint has a higher limit, as all series come in one body", () =>
    Effect.gen(function* () {
      const { url } = yield* server((_, response) => {
        response.writeHead(200)
        response.write('{"series":[]}')
        pour(response, SPACES, 80)
      })
      const api = yield* client(url)
      const got = yield* api.get(asking("/series"))
      assert.deepInclude(got, { status: 200, attempts: 1 })
      assert.strictEqual(got.body.length, 80 * SPACES.length + 13)
    })
  )

  it.scopedLive("is accepted if a second attempt brings a smaller one", () =>
    Effect.gen(function* () {
      const { url } = yield* server((nth, response) => {
        if (nth > 1) return answer(response, 200, "{}")
        response.writeHead(200)
        pour(response, PIECE, 70)
      })
      const got = yield* Effect.flatMap(client(url), (api) => impatient(api.get(MARKETS)))
      assert.deepInclude(got, { status: 200, attempts: 2 })
    })
  )
})

describe("a status that is neither an error nor 200", () => {
  for (const status of [201, 202, 203, 206, 226]) {
    it.scopedLive(`${status} is a failed attempt, and returned if no other answer comes`, () =>
      Effect.gen(function* () {
        const { url } = yield* server((nth, response) =>
          answer(response, nth > 3 ? 200 : status, '{"markets":[],"cursor":""}')
        )
        const api = yield* client(url)
        assert.deepInclude(yield* impatient(api.get(MARKETS)), { status: 200, attempts: 4 })
        const always = yield* server((_, response) => answer(response, status, '{"markets":[],"cursor":""}'))
        const last = yield* Effect.flatMap(client(always.url), (other) => impatient(other.get(MARKETS)))
        assert.strictEqual(last.status, status)
        assert.isAtLeast(last.attempts, 6)
      })
    )
  }
})

describe("every request", () => {
  it.scopedLive("accepts English", () =>
    Effect.gen(function* () {
      const { arrivals, url } = yield* server((_, response) => answer(response, 200, "{}"))
      yield* Effect.flatMap(client(url), (api) => api.get(MARKETS))
      assert.strictEqual(arrivals[0]?.headers["accept-language"], "en")
    })
  )
})
