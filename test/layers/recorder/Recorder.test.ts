/** Walking a listing page by page into the log, to its end, and never taking anything else for the end. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import type { Feed, FeedContext } from "../../../src/domain/ask/feed.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import type { RunProgress } from "../../../src/services/Recorder.ts"
import { readAll } from "../sqlite/support.ts"
import { feedOf, page, REQUEST, type Reply, SLOT, scripted } from "./support.ts"

const take = { feed: feedOf(), slot: SLOT, interval: 900 }

/** Three pages: a, b, then the end; the first is short. */
const threePages = (cursor: string | null): Reply => {
  if (cursor === null) return page([1], "a")
  return cursor === "a" ? page([2, 3, 4], "b+/=") : page([5, 6], "")
}

describe("a walk", () => {
  it.scopedLive("records the pages in order, each with the cursor of its request", () =>
    Effect.gen(function* () {
      const { asked, observations, ran, recorder } = yield* scripted(threePages)
      const outcome = yield* recorder.run(take)
      assert.deepStrictEqual(outcome, {
        status: "complete",
        reason: null,
        pages: 3,
        items: 6,
        watermark: SLOT,
        failedAttempts: 0
      })
      assert.deepStrictEqual(
        asked.map(({ path }) => path),
        [REQUEST, `${REQUEST}&cursor=a`, `${REQUEST}&cursor=b%2B%2F%3D`]
      )
      assert.deepStrictEqual(yield* observations, [
        { seq: 1, page: 0, request: REQUEST, cursor: null, status: 200 },
        { seq: 2, page: 1, request: REQUEST, cursor: "a", status: 200 },
        { seq: 3, page: 2, request: REQUEST, cursor: "b+/=", status: 200 }
      ])
      const [run] = yield* ran
      assert.deepInclude(run, {
        slot: "2026-11-22T12:15:00Z",
        status: "complete",
        reason: null,
        pages: 3,
        items: 6,
        watermark: "2026-11-22T12:15:00Z"
      })
      assert.isTrue((run?.started_at ?? "") < (run?.finished_at ?? ""))
    })
  )

  it.scopedLive("follows a cursor only when its page is in the log", () =>
    Effect.gen(function* () {
      const { asked, recorder } = yield* scripted(threePages)
      yield* recorder.run(take)
      assert.deepStrictEqual(
        asked.map(({ rows }) => rows),
        [0, 1, 2]
      )
    })
  )

  it.scopedLive("reports each page once it is in the log", () =>
    Effect.gen(function* () {
      const { observations, recorder } = yield* scripted(threePages)
      const heard: Array<RunProgress & { readonly rows: number }> = []
      yield* recorder.run(take, (recorded) =>
        Effect.map(Effect.orDie(observations), (rows) => {
          heard.push({ ...recorded, rows: rows.length })
        })
      )
      assert.deepStrictEqual(heard, [
        { feed: "markets", pages: 1, items: 1, failedAttempts: 0, rows: 1 },
        { feed: "markets", pages: 2, items: 4, failedAttempts: 0, rows: 2 },
        { feed: "markets", pages: 3, items: 6, failedAttempts: 0, rows: 3 }
      ])
    })
  )

  for (const [what, end] of [
    ["an empty cursor", page([7], "")],
    ["a null cursor", page([7], null)],
    ["no cursor", page([7])],
    ["an empty page without a cursor", page([], "")],
    ["a list that is null", page(null, null)]
  ] as const) {
    it.scopedLive(`ends with ${what}`, () =>
      Effect.gen(function* () {
        const { asked, recorder } = yield* scripted((cursor) =>
          cursor === null ? page([1, 2, 3], "a") : end
        )
        const outcome = yield* recorder.run(take)
        assert.strictEqual(outcome.status, "complete")
        assert.strictEqual(asked.length, 2)
      })
    )
  }

  it.scopedLive("continues after a short page and after an empty one", () =>
    Effect.gen(function* () {
      const { recorder } = yield* scripted((cursor) => {
        if (cursor === null) return page([1], "a")
        if (cursor === "a") return page([], "b")
        return cursor === "b" ? page(null, "c") : page([2], "")
      })
      assert.deepInclude(yield* recorder.run(take), { status: "complete", pages: 4, items: 2 })
    })
  )

  it.scopedLive("of an endpoint without pages makes one request, whatever the answer contains", () =>
    Effect.gen(function* () {
      const { asked, recorder } = yield* scripted(() => page([1, 2], "more"))
      const outcome = yield* recorder.run({ ...take, feed: feedOf({ paged: false }) })
      assert.deepInclude(outcome, { status: "complete", pages: 1, items: 2 })
      assert.strictEqual(asked.length, 1)
    })
  )

  it.scopedLive("numbers the pages of each listing of a feed separately", () =>
    Effect.gen(function* () {
      const { observations, recorder } = yield* scripted((cursor) =>
        cursor === null ? page([1], "a") : page([2], "")
      )
      const feed = feedOf({ query: { n: "1" } }, { query: { n: "2" } })
      assert.deepInclude(yield* recorder.run({ ...take, feed }), { status: "complete", pages: 4, items: 4 })
      assert.deepStrictEqual(
        (yield* observations).map((row) => `${row.request} ${row.page} ${row.cursor}`).sort(),
        ["/markets?n=1 0 null", "/markets?n=1 1 a", "/markets?n=2 0 null", "/markets?n=2 1 a"]
      )
    })
  )

  it.scopedLive("keeps the bytes as received", () =>
    Effect.gen(function* () {
      const body = '{ "markets" : [ 0.10, "é\\u00e9" ],\n"cursor":"" }'
      const { log, recorder } = yield* scripted(() => ({ status: 200, body }))
      yield* recorder.run(take)
      const [row] = yield* Effect.provideService(readAll, ObservationLog, log)
      assert.strictEqual(Buffer.from(row?.body ?? []).toString(), body)
    })
  )
})

describe("an answer that is no page of the listing", () => {
  for (const [what, bad, reason] of [
    [
      "a 429 in mid-walk",
      { status: 429, body: '{"error":{"code":"too_many_requests","message":"too many requests"}}' },
      /answered 429 .*too_many_requests, too many requests.*Lower --read-tokens-per-second/
    ],
    ["a flat error", { status: 400, body: '{"code":"bad_request","message":"no"}' }, /400 .*bad_request, no/],
    ["an error that is a string", { status: 503, body: '{"error":"down"}' }, /503 .*\(down\)/],
    ["a proxy's page", { status: 403, body: "<html>no</html>" }, /403 .*not the exchange's own/],
    ["an error with nothing in it", { status: 500, body: "" }, /500 .*an empty body/],
    ["a body that is cut short", { status: 200, body: '{"markets":[1,' }, /200 .*not JSON/],
    [
      "a 200 that is an error",
      { status: 200, body: '{"message":"maintenance"}' },
      /200 .*no list of markets/
    ],
    ["a 200 of another kind", { status: 200, body: '{"cursor":"","events":[]}' }, /no list of markets/],
    ["a 200 that is a list", { status: 200, body: "[]" }, /no list of markets/],
    ["a 200 that is null", { status: 200, body: "null" }, /no list of markets/],
    ["a list that is none", { status: 200, body: '{"markets":{},"cursor":""}' }, /no list of markets/],
    ["a cursor that is a number", { status: 200, body: '{"markets":[1],"cursor":7}' }, /cursor is not text/],
    [
      "a cursor that is half a character",
      { status: 200, body: '{"markets":[1],"cursor":"\\ud800"}' },
      /cursor is not text that can be asked with/
    ],
    [
      "a cursor of a megabyte",
      { status: 200, body: `{"markets":[1],"cursor":"${"a".repeat(1_000_000)}"}` },
      /cursor is not text that can be asked with/
    ],
    ...[201, 202, 203, 206, 226].map(
      (status) =>
        [
          `a page under ${status}`,
          { status, body: '{"markets":[1],"cursor":""}' },
          new RegExp(`answered ${status} .*only 200 is an answer`)
        ] as const
    )
  ] as const) {
    for (const at of [null, "a"]) {
      it.scopedLive(`${what}, on page ${at ?? "0"}, is recorded and fails the walk`, () =>
        Effect.gen(function* () {
          const { observations, ran, recorder } = yield* scripted((cursor) =>
            cursor === at ? bad : page([1, 2], "a")
          )
          const outcome = yield* recorder.run(take)
          assert.deepInclude(outcome, { status: "failed", watermark: null, items: at === null ? 0 : 2 })
          assert.match(outcome.reason ?? "", reason)
          assert.notMatch(outcome.reason ?? "", /[\n\r]/)
          const rows = yield* observations
          assert.strictEqual(rows.length, at === null ? 1 : 2)
          assert.strictEqual(rows.at(-1)?.status, bad.status)
          assert.strictEqual(outcome.pages, rows.length)
          const [run] = yield* ran
          assert.deepInclude(run, { status: "failed", reason: outcome.reason, watermark: null })
          assert.isNotNull(run?.finished_at)
        })
      )
    }
  }

  it.scopedLive("silence during the walk keeps what was received, and fails the walk", () =>
    Effect.gen(function* () {
      const { observations, recorder } = yield* scripted((cursor) =>
        cursor === null ? page([1, 2, 3], "a") : "silence"
      )
      const outcome = yield* recorder.run(take)
      assert.deepInclude(outcome, {
        status: "failed",
        pages: 1,
        items: 3,
        failedAttempts: 10,
        watermark: null
      })
      assert.match(outcome.reason ?? "", /does not answer \(ECONNRESET\)/)
      assert.strictEqual((yield* observations).length, 1)
    })
  )

  for (const [what, next] of [
    ["the cursor it was asked with", (cursor: string | null) => cursor ?? "a"],
    ["one of three, round and round", (cursor: string | null) => ({ a: "b", b: "c" })[cursor ?? ""] ?? "a"]
  ] as const) {
    it.scopedLive(`a listing with ${what} is cut short, and what was received is kept`, () =>
      Effect.gen(function* () {
        const { asked, observations, recorder } = yield* scripted((cursor) => page([1], next(cursor)))
        const outcome = yield* recorder.run(take)
        assert.strictEqual(outcome.status, "failed")
        assert.match(outcome.reason ?? "", /names the same next page again/)
        assert.strictEqual((yield* observations).length, asked.length)
        assert.strictEqual(outcome.items, asked.length)
        assert.isAtMost(asked.length, 4)
      })
    )
  }

  it.scopedLive("fails the feed, but none of its other listings", () =>
    Effect.gen(function* () {
      const { recorder } = yield* scripted((_, path) =>
        path.startsWith("/a") ? { status: 404, body: "{}" } : page([1, 2], "")
      )
      const feed = feedOf({ path: "/a" }, { path: "/b" }, { path: "/c" })
      const outcome = yield* recorder.run({ ...take, feed })
      assert.deepInclude(outcome, { status: "failed", pages: 3, items: 4, watermark: null })
      assert.match(outcome.reason ?? "", /^the exchange answered 404 to \/a/)
    })
  )

  it.scopedLive(
    "of the first listing ends the feed if no answer came at all, since the others would get none either",
    () =>
      Effect.gen(function* () {
        const { asked, recorder } = yield* scripted(() => "silence")
        const feed = feedOf(...Array.from({ length: 20 }, (_, n) => ({ path: `/${n}` })))
        assert.strictEqual((yield* recorder.run({ ...take, feed })).status, "failed")
        assert.isBelow(asked.length, 20)
      })
  )
})

describe("a run", () => {
  it.scopedLive("gets the watermark of the last complete run, not of a failed one", () =>
    Effect.gen(function* () {
      const contexts: Array<FeedContext> = []
      const feed = {
        ...feedOf(),
        requests: (context: FeedContext) => {
          contexts.push(context)
          return feedOf().requests(context)
        }
      }
      const { recorder } = yield* scripted((_, __, nth) =>
        nth === 2 ? { status: 500, body: "" } : page([1], "")
      )
      for (const n of [0, 1, 2]) yield* recorder.run({ feed, slot: SLOT + n, interval: null, since: 7 })
      assert.deepStrictEqual(
        contexts.map(({ watermark }) => watermark),
        [undefined, SLOT, SLOT]
      )
      assert.isTrue(contexts.every(({ since, slot }, n) => since === 7 && slot === SLOT + n))
    })
  )

  it.scopedLive("that is interrupted is closed, with what was recorded", () =>
    Effect.gen(function* () {
      const { asked, observations, ran, recorder } = yield* scripted((cursor) =>
        cursor === null ? page([1, 2], "a") : "never"
      )
      const fiber = yield* Effect.fork(recorder.run(take))
      while (asked.length < 2) yield* Effect.sleep("5 millis")
      const [open] = yield* ran
      assert.deepInclude(open, { status: "running", finished_at: null })
      yield* Fiber.interrupt(fiber)
      const [closed] = yield* ran
      assert.deepInclude(closed, { status: "failed", reason: "interrupted", pages: 1, items: 2 })
      assert.isNotNull(closed?.finished_at)
      assert.strictEqual((yield* observations).length, 1)
    })
  )

  it.scopedLive("that is interrupted finishes its current page first", () =>
    Effect.gen(function* () {
      const { observations, ran, recorder } = yield* scripted((cursor) =>
        cursor === null ? page([1, 2], "a") : "never"
      )
      const recorded = yield* Deferred.make<void>()
      let told = false
      const slow = Deferred.succeed(recorded, undefined).pipe(
        Effect.zipRight(Effect.sleep("200 millis")),
        Effect.zipRight(
          Effect.sync(() => {
            told = true
          })
        )
      )
      const fiber = yield* Effect.fork(recorder.run(take, () => slow))
      yield* Deferred.await(recorded)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(told)
      assert.strictEqual((yield* observations).length, 1)
      assert.deepInclude((yield* ran)[0], { status: "failed", reason: "interrupted", pages: 1, items: 2 })
    })
  )

  it.scopedLive("is never left open, at whatever moment it is interrupted", () =>
    Effect.gen(function* () {
      const { ran, recorder } = yield* scripted(threePages)
      for (let n = 0; n < 60; n++) {
        const fiber = yield* Effect.fork(recorder.run({ ...take, slot: SLOT + n }))
        for (let step = 0; step < n % 20; step++) yield* Effect.yieldNow()
        if (n >= 40) yield* Effect.sleep(n - 40)
        yield* Fiber.interrupt(fiber)
      }
      const rows = yield* ran
      assert.isAbove(rows.length, 20)
      assert.deepStrictEqual(
        rows.filter(({ status }) => status === "running"),
        []
      )
    })
  )

  it.scopedLive("whose record cannot be written is a typed failure, with the reason", () =>
    Effect.gen(function* () {
      const { ran, recorder, sql } = yield* scripted(threePages)
      yield* sql`
        CREATE TRIGGER full BEFORE INSERT ON observations WHEN NEW.page = 1
        BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
      `
      const error = yield* Effect.flip(recorder.run(take))
      assert.strictEqual(error._tag, "StorageFailed")
      assert.match(error.message, /appending to the log failed: .*disk is full/)
      const [run] = yield* ran
      assert.deepInclude(run, { status: "failed", pages: 1 })
      assert.match(run?.reason ?? "", /disk is full/)
    })
  )

  it.scopedLive(
    "that meets a bug fails with one sentence and without a stack trace, and ends nothing else",
    () =>
      Effect.gen(function* () {
        const { ran, recorder } = yield* scripted(threePages)
        const feed: Feed = {
          ...take.feed,
          requests: () => {
            throw new URIError("URI malformed\n    at encodeURIComponent (<anonymous>)")
          }
        }
        const outcome = yield* recorder.run({ ...take, feed })
        assert.deepInclude(outcome, { status: "failed", watermark: null })
        assert.match(
          outcome.reason ?? "",
          /a bug in kalshi-tape ended this: URI malformed\. Please report it/
        )
        assert.notMatch(outcome.reason ?? "", /[\n\r]|\bat \S+ \(/)
        assert.deepInclude((yield* ran)[0], { status: "failed", reason: outcome.reason })
      })
  )

  it.scopedLive("that repeats a request whose answer is in the log keeps the first answer", () =>
    Effect.gen(function* () {
      const { log, recorder, sql } = yield* scripted((_, __, nth) => page([nth], ""))
      yield* recorder.run(take)
      yield* sql`DELETE FROM collection_runs`
      yield* recorder.run(take)
      assert.strictEqual((yield* log.head).seq, 1)
      const rows = yield* Effect.provideService(readAll, ObservationLog, log)
      assert.strictEqual(Buffer.from(rows[0]?.body ?? []).toString(), '{"cursor":"","markets":[1]}')
    })
  )
})
