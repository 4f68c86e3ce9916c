/** One market's day in ten states, received page by page as feeds receive it, and again from any prefix. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { answer, appendAll, SLOT, scopedFolder } from "../sqlite/support.ts"
import { catchUp, everything, rebuild, rowsOf, tablesIn, tell, verify } from "./support.ts"

const utf8 = new TextEncoder()
const TICKER = "KXRAIN-26NOV22-T1"
const MINUTE = 60
const NOON_CLOSE = "2026-11-22T18:00:00Z"
const LATE_CLOSE = "2026-11-22T20:00:00Z"

type Said = Readonly<Record<string, unknown>>

const body = (but: Said) => {
  const { settlement_ts, settlement_value_dollars, ...market } = stringsMarket({
    ticker: TICKER,
    close_time: NOON_CLOSE,
    ...but
  })
  return {
    ...market,
    ...("settlement_ts" in but ? { settlement_ts } : {}),
    ...("settlement_value_dollars" in but ? { settlement_value_dollars } : {})
  }
}

/** The nth answer of the day: a page of a feed's listing, a minute after the one before. */
const heard = (n: number, feed: string, ...markets: ReadonlyArray<Said>): Observation =>
  answer(0, {
    feed,
    slot: SLOT + n * MINUTE,
    observedAt: isoMicros((SLOT + n * MINUTE + 2) * 1_000_000),
    body: utf8.encode(JSON.stringify({ cursor: "", markets: markets.map(body) }))
  })

const notFound = (n: number, endpoint: string): Observation =>
  answer(0, {
    feed: "backfill",
    endpoint,
    slot: SLOT + n * MINUTE,
    observedAt: isoMicros((SLOT + n * MINUTE + 2) * 1_000_000),
    status: 404,
    body: utf8.encode('{"error":{"code":"not_found","message":"not found"}}')
  })

interface Step {
  readonly what: string
  readonly told: (n: number) => Observation
  /** Status, close and result of the market's row. */
  readonly row: string
  readonly prices: number
  readonly settlement: string | undefined
}

const value = (dollars: string) => ({ result: "yes", settlement_value_dollars: dollars })
const paid = (dollars: string, ts: string) => ({ ...value(dollars), status: "finalized", settlement_ts: ts })
const PAID_AT = "2026-11-22T20:30:00.123456Z"
const AMENDED_AT = "2026-11-22T21:30:00Z"

const day: ReadonlyArray<Step> = [
  {
    what: "created",
    told: (n) => heard(n, "sync-markets", { status: "initialized" }),
    row: `initialized ${NOON_CLOSE} `,
    prices: 0,
    settlement: undefined
  },
  {
    what: "open",
    told: (n) => heard(n, "markets", { status: "active" }),
    row: `active ${NOON_CLOSE} `,
    prices: 1,
    settlement: undefined
  },
  {
    what: "paused",
    told: (n) => heard(n, "states", { status: "inactive" }),
    row: `inactive ${NOON_CLOSE} `,
    prices: 1,
    settlement: undefined
  },
  {
    what: "open again",
    told: (n) => heard(n, "markets", { status: "active" }),
    row: `active ${NOON_CLOSE} `,
    prices: 2,
    settlement: undefined
  },
  {
    what: "its close moved",
    told: (n) => heard(n, "markets", { status: "active", close_time: LATE_CLOSE }),
    row: `active ${LATE_CLOSE} `,
    prices: 3,
    settlement: undefined
  },
  {
    what: "closed",
    told: (n) => heard(n, "states", { status: "closed", close_time: LATE_CLOSE }),
    row: `closed ${LATE_CLOSE} `,
    prices: 3,
    settlement: undefined
  },
  {
    what: "reopened before settlement",
    told: (n) => heard(n, "markets", { status: "active", close_time: LATE_CLOSE }),
    row: `active ${LATE_CLOSE} `,
    prices: 4,
    settlement: undefined
  },
  {
    what: "determined",
    told: (n) => heard(n, "states", { status: "determined", close_time: LATE_CLOSE, ...value("1.0000") }),
    row: `determined ${LATE_CLOSE} yes`,
    prices: 4,
    settlement: undefined
  },
  {
    what: "disputed",
    told: (n) => heard(n, "states", { status: "disputed", close_time: LATE_CLOSE, ...value("1.0000") }),
    row: `disputed ${LATE_CLOSE} yes`,
    prices: 4,
    settlement: undefined
  },
  {
    what: "amended",
    told: (n) =>
      heard(n, "states", {
        status: "amended",
        close_time: LATE_CLOSE,
        result: "scalar",
        settlement_value_dollars: "0.2500"
      }),
    row: `amended ${LATE_CLOSE} scalar`,
    prices: 4,
    settlement: undefined
  },
  {
    what: "finalized",
    told: (n) =>
      heard(n, "settlements", { close_time: LATE_CLOSE, ...paid("0.2500", PAID_AT), result: "scalar" }),
    row: `finalized ${LATE_CLOSE} scalar`,
    prices: 4,
    settlement: `scalar 25 75 ${PAID_AT}`
  },
  // The listing is up to 15 s old: it counts as a price of its slot, and does not undo a settlement.
  {
    what: "a stale open listing",
    told: (n) => heard(n, "markets", { status: "active", close_time: LATE_CLOSE }),
    row: `finalized ${LATE_CLOSE} scalar`,
    prices: 5,
    settlement: `scalar 25 75 ${PAID_AT}`
  },
  {
    what: "unknown to the live tier: in the historical tier",
    told: (n) => notFound(n, "GET /markets/{ticker}"),
    row: `finalized ${LATE_CLOSE} scalar`,
    prices: 5,
    settlement: `scalar 25 75 ${PAID_AT}`
  },
  {
    what: "not yet in the historical tier",
    told: (n) => notFound(n, "GET /historical/markets/{ticker}"),
    row: `finalized ${LATE_CLOSE} scalar`,
    prices: 5,
    settlement: `scalar 25 75 ${PAID_AT}`
  },
  {
    what: "settled anew",
    told: (n) => heard(n, "settlements", { close_time: LATE_CLOSE, ...paid("1.0000", AMENDED_AT) }),
    row: `finalized ${LATE_CLOSE} yes`,
    prices: 5,
    settlement: `yes 100 0 ${AMENDED_AT}`
  }
]

const micros = (time: string) => (time.includes(".") ? time : time.replace("Z", ".000000Z"))

const holdsAfter = (folder: string, { prices, row, settlement, what }: Step) => {
  const [market] = rowsOf(folder, `SELECT status, close_time, result FROM markets WHERE ticker = '${TICKER}'`)
  const [status = "", close = "", result = ""] = row.split(" ")
  assert.deepStrictEqual(market, { status, close_time: micros(close), result }, what)
  const [count] = rowsOf(folder, `SELECT count(*) AS n FROM price_snapshots WHERE ticker = '${TICKER}'`)
  assert.strictEqual(count?.n, prices, `${what}: prices`)
  const settled = rowsOf(folder, "SELECT result, yes_payout, no_payout, settled_at FROM settlements")
  assert.deepStrictEqual(
    settled.map((one) => Object.values(one).join(" ")),
    settlement === undefined
      ? []
      : [settlement.split(" ").slice(0, 3).join(" ") + ` ${micros(settlement.split(" ")[3] ?? "")}`],
    `${what}: settlement`
  )
}

const log = day.map(({ told }, n) => told(n))

describe("a market's day", () => {
  it.scoped("gives the right rows at every step, and nothing is quarantined", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      for (const [n, step] of day.entries()) {
        const said = log[n]
        if (said === undefined) continue
        yield* Effect.provide(tell(said), tablesIn(folder))
        holdsAfter(folder, step)
      }
      assert.deepStrictEqual(rowsOf(folder, "SELECT * FROM quarantine"), [])
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scoped("is the same from any prefix that is replayed before the rest arrives", () =>
    Effect.gen(function* () {
      const whole = yield* scopedFolder
      yield* Effect.provide(tell(...log), tablesIn(whole))
      const expected = everything(whole)
      for (const n of [0, 3, 7, 10, 11, day.length - 1]) {
        const folder = yield* scopedFolder
        yield* Effect.gen(function* () {
          yield* appendAll(log.slice(0, n + 1))
          yield* rebuild
          const step = day[n]
          if (step !== undefined) holdsAfter(folder, step)
          yield* appendAll(log.slice(n + 1))
          yield* catchUp()
        }).pipe(Effect.provide(tablesIn(folder)))
        assert.deepStrictEqual(everything(folder), expected, `from step ${n}`)
      }
    })
  )

  it.scoped(
    "of a provisional market that disappears keeps its last description, without an invented settlement",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* tell(
          heard(0, "markets", { status: "active", is_provisional: true }),
          heard(1, "states", { status: "determined", is_provisional: true, ...value("1.0000") }),
          heard(2, "markets"),
          heard(3, "states"),
          notFound(4, "GET /markets/{ticker}")
        ).pipe(Effect.provide(tablesIn(folder)))
        assert.deepStrictEqual(rowsOf(folder, "SELECT status, is_provisional FROM markets"), [
          { status: "determined", is_provisional: 1 }
        ])
        assert.deepStrictEqual(rowsOf(folder, "SELECT * FROM settlements"), [])
      })
  )
})
