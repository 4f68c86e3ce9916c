/** Listings that do not end, and listings with a page that never arrives. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { trades } from "../../../src/domain/ask/feeds/trades.ts"
import { feedOf, page, type Reply, SLOT, scripted } from "./support.ts"

const take = { feed: feedOf(), slot: SLOT, interval: 900 }

const market = (ticker: string) => ({ ticker })

describe("a listing without an end", () => {
  for (const [what, items] of [
    ["the same items", () => [market("A"), market("B")]],
    ["the same few pages in turn", (nth: number) => [market(`A${nth % 7}`), market(`B${nth % 7}`)]],
    ["no items", () => []]
  ] as const) {
    it.scopedLive(`that brings ${what} under ever new cursors fails with that reason`, () =>
      Effect.gen(function* () {
        const { asked, recorder } = yield* scripted((_, __, nth) => page(items(nth), `fresh-${nth}`))
        const outcome = yield* recorder.run(take)
        assert.deepInclude(outcome, { status: "failed", watermark: null })
        assert.match(outcome.reason ?? "", /does not end: after page \d+ its last 20 pages held nothing new/)
        assert.isBelow(asked.length, 30)
      })
    )
  }

  it.scopedLive("is distinguished from a long one with short, empty and overlapping pages", () =>
    Effect.gen(function* () {
      const { recorder } = yield* scripted((_, __, nth) =>
        page(nth % 3 === 0 ? [] : [market(`A${Math.floor(nth / 15)}`)], nth < 300 ? `fresh-${nth}` : "")
      )
      const outcome = yield* recorder.run(take)
      assert.deepInclude(outcome, { status: "complete", reason: null, items: 200 })
    })
  )
})

/**
 * A tape of a trade every ten seconds of the last hour, ten on a page, newest first; `dead` trades are on no
 * page that arrives.
 */
const tape = (isDead: (at: number) => boolean) => {
  const times = Array.from({ length: 360 }, (_, n) => SLOT - 10 * (n + 1))
  return (cursor: string | null, path: string): Reply => {
    const query = new URLSearchParams(path.split("?")[1] ?? "")
    const from = Number(query.get("min_ts"))
    const to = Number(query.get("max_ts") ?? SLOT)
    const listed = times.filter((at) => at >= from && at <= to)
    const start = Number(cursor ?? 0)
    const some = listed.slice(start, start + 10)
    if (some.some(isDead)) return { status: 504, body: '{"error":{"code":"timeout"}}' }
    const body = {
      trades: some.map((at) => ({ trade_id: `t-${at}` })),
      cursor: start + 10 < listed.length ? String(start + 10) : ""
    }
    return { status: 200, body: JSON.stringify(body) }
  }
}

const takeTrades = (answer: (cursor: string | null, path: string, nth: number) => Reply) =>
  Effect.gen(function* () {
    const { asked, recorder, sql } = yield* scripted(answer)
    const outcome = yield* recorder.run({ feed: trades, slot: SLOT, interval: 900, since: SLOT - 3600 })
    const bodies = yield* sql<{ request: string; status: number }>`SELECT request, status FROM observations`
    return {
      outcome,
      asked: asked.map(({ path }) => path),
      refused: bodies.filter(({ status }) => status !== 200)
    }
  })

describe("a page that never arrives", () => {
  it.scopedLive("is the only missing part: the rest of its listing is requested in parts of its time", () =>
    Effect.gen(function* () {
      const dead = SLOT - 1800
      const { asked, outcome, refused } = yield* takeTrades(tape((at) => at === dead))
      assert.strictEqual(outcome.status, "complete")
      assert.isNotNull(outcome.watermark)
      const [, from = "", to = ""] =
        /complete but for (?:1 part|2 parts) that the exchange did not give: (\S+) to (\S+) of \/markets\/trades \(504: timeout\)/.exec(
          outcome.reason ?? ""
        ) ?? []
      const [start, end] = [Date.parse(from) / 1000, Date.parse(to) / 1000]
      assert.isTrue(start <= dead && dead <= end, outcome.reason ?? "")
      assert.isAtMost(end - start, 120)
      assert.isTrue(refused.some(({ request }) => request.includes(`min_ts=${start}`)))
      assert.isBelow(asked.length, 300)
    })
  )

  it.scopedLive("fails the slot if the exchange ignores time limits, so that no part comes to its end", () =>
    Effect.gen(function* () {
      const whole = tape((at) => at === SLOT - 1800)
      const { asked, outcome } = yield* takeTrades((cursor) =>
        whole(cursor, `/markets/trades?min_ts=${SLOT - 3600}`)
      )
      assert.deepInclude(outcome, { status: "failed", watermark: null })
      assert.match(outcome.reason ?? "", /answered 504/)
      assert.isBelow(asked.length, 1000)
    })
  )

  it.scopedLive("together with all others is an outage, and nothing is divided for long", () =>
    Effect.gen(function* () {
      const whole = tape(() => false)
      const { asked, outcome } = yield* takeTrades((cursor, path, nth) =>
        nth > 5 ? { status: 503, body: "" } : whole(cursor, path)
      )
      assert.strictEqual(outcome.status, "failed")
      assert.match(outcome.reason ?? "", /answered 503/)
      assert.strictEqual(asked.length, 8)
    })
  )
})
