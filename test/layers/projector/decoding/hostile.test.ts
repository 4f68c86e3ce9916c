/**
 * Invalid answers of every kind: whatever is in the place of a value, nothing throws, and everything that
 * does not depend on that value is decoded as without it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { EntityCell } from "../../../../src/domain/read/column.ts"
import { projections } from "../../../../src/domain/read/projections.ts"
import * as Decoding from "../../../../src/layers/projector/decoding/decode.ts"
import { observe } from "../../../domain/read/observe.ts"
import {
  type Body,
  centsMarket,
  dualFpMarket,
  eventBody,
  stringsMarket
} from "../../../domain/read/wire/bodies.ts"
import {
  cutoffBody,
  dualCandle,
  liveCandle,
  pastCandle,
  scheduleBody,
  seriesBody,
  statusBody
} from "../../../domain/read/wire/other-bodies.ts"
import { centsTrade, stringsBook, stringsTrade } from "../../../domain/read/wire/tape-bodies.ts"

interface Kind {
  readonly name: string
  readonly about: Parameters<typeof observe>[1]
  /** The key of the items; without one, the answer is one item. */
  readonly list: string | undefined
  readonly items: ReadonlyArray<Body>
  /** Fields without which there is no item. */
  readonly essential: ReadonlyArray<string>
}

const named = (name: string, endpoint: string, request: string) => ({ feed: name, endpoint, request })

const kinds: ReadonlyArray<Kind> = [
  {
    name: "markets",
    about: {},
    list: "markets",
    items: [stringsMarket({ ticker: "A" }), dualFpMarket({ ticker: "B" }), centsMarket({ ticker: "C" })],
    essential: ["ticker"]
  },
  {
    name: "settled markets",
    about: named("settlements", "GET /markets", "/markets?status=settled"),
    list: "markets",
    items: ["A", "B"].map((ticker) => stringsMarket({ ticker, status: "finalized", result: "yes" })),
    // A market without a settled status is not among the settlements.
    essential: ["ticker", "status"]
  },
  {
    name: "events",
    about: named("events", "GET /events", "/events"),
    list: "events",
    items: [eventBody({ event_ticker: "E" }), eventBody({ event_ticker: "F" })],
    essential: ["event_ticker"]
  },
  {
    name: "series",
    about: named("series", "GET /series", "/series"),
    list: "series",
    items: [seriesBody({ ticker: "S" }), seriesBody({ ticker: "T" })],
    essential: ["ticker"]
  },
  {
    name: "trades",
    about: named("trades", "GET /markets/trades", "/markets/trades"),
    list: "trades",
    items: [
      stringsTrade({ trade_id: "one" }),
      centsTrade({ trade_id: "two" }),
      stringsTrade({ trade_id: "x" })
    ],
    essential: ["trade_id", "ticker", "created_time", "yes_price_dollars", "count_fp", "yes_price", "count"]
  },
  {
    name: "books",
    about: named("orderbooks", "GET /markets/orderbooks", "/markets/orderbooks"),
    list: "orderbooks",
    items: ["A", "B"].map((ticker) => ({ ticker, orderbook_fp: stringsBook })),
    essential: ["ticker", "orderbook_fp"]
  },
  {
    name: "candles",
    about: named("candlesticks", "GET /markets/candlesticks", "/markets/candlesticks?period_interval=60"),
    list: "markets",
    items: [liveCandle(), pastCandle(), dualCandle()].map((candle, n) => ({
      market_ticker: `T${n}`,
      candlesticks: [candle]
    })),
    essential: ["market_ticker", "candlesticks"]
  },
  {
    name: "one market's candles",
    about: named(
      "backfill",
      "GET /historical/markets/{ticker}/candlesticks",
      "/historical/markets/A/candlesticks?period_interval=60"
    ),
    list: "candlesticks",
    items: [liveCandle(), pastCandle({ end_period_ts: 1_795_356_000 })],
    essential: ["end_period_ts"]
  },
  {
    name: "status",
    about: named("exchange", "GET /exchange/status", "/exchange/status"),
    list: undefined,
    items: [statusBody()],
    essential: []
  },
  {
    name: "schedule",
    about: named("exchange", "GET /exchange/schedule", "/exchange/schedule"),
    list: undefined,
    items: [scheduleBody()],
    essential: ["schedule"]
  },
  {
    name: "cutoff",
    about: named("backfill", "GET /historical/cutoff", "/historical/cutoff"),
    list: undefined,
    items: [cutoffBody],
    essential: ["market_settled_ts"]
  }
]

const nested = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels)

/** JSON texts, some of which no JavaScript value is written as. */
const hostile: Readonly<Record<string, string>> = {
  null: "null",
  "a flag": "true",
  "a number": "7",
  "a number too large": "1e400",
  "a number of half a million": "123456789012345678901234567890.5",
  "minus nothing": "-0",
  "a fortune": '"8999999999.99"',
  nothing: '""',
  words: '"79.5 or so"',
  "a NUL": '"nul \\u0000"',
  "half a surrogate": '"\\ud800"',
  "a megabyte": JSON.stringify("x".repeat(1_000_000)),
  "an object": '{"__proto__": {"ticker": 1}, "constructor": 2, "a": 1, "a": 2}',
  "a list": "[[1], null, {}]",
  "lists in lists": nested(100_000, "[", "]"),
  "objects in objects": nested(5000, '{"a":', "}").replace(":}", ":1}")
}

const MARK = "@@hostile@@"

const withHostile = (body: unknown, text: string) =>
  JSON.stringify(body).replaceAll(JSON.stringify(MARK), () => text)

const bodyOf = ({ list }: Kind, items: ReadonlyArray<unknown>) =>
  list === undefined ? items[0] : { [list]: items, cursor: "" }

interface Told {
  /** Table → rows. */
  readonly rows: ReadonlyMap<string, ReadonlyArray<ReadonlyArray<EntityCell>>>
  readonly problems: number
}

const tell = ({ about }: Kind, text: string): Told => {
  const { problems, tables } = Effect.runSync(Decoding.make()(observe(text, about), projections))
  const rows = tables.map(
    ({ rows: { rows, table } }) =>
      [table.name, rows.map((row) => ("cells" in row ? row.cells() : row))] as const
  )
  return { rows: new Map(rows), problems: problems.length }
}

const differing = (one: ReadonlyArray<EntityCell>, other: ReadonlyArray<EntityCell>) =>
  one.filter((cell, index) => cell !== other[index]).length

describe.each(kinds.map((kind) => [kind.name, kind] as const))("an answer with %s", (_, kind) => {
  const whole = tell(kind, JSON.stringify(bodyOf(kind, kind.items)))

  it("is decoded correctly if it is valid", () => {
    assert.strictEqual(whole.problems, 0)
    assert.isAbove(whole.rows.size, 0)
  })

  it("loses only the content of the fields that are invalid", { timeout: 60_000 }, () => {
    const [first = assert.fail("no item"), ...others] = kind.items
    for (const field of Object.keys(first)) {
      if (kind.essential.includes(field)) continue
      for (const [what, text] of Object.entries(hostile)) {
        const told = tell(kind, withHostile(bodyOf(kind, [{ ...first, [field]: MARK }, ...others]), text))
        for (const [table, rows] of whole.rows) {
          // A page says how far its readable items reach.
          if (table.endsWith("_pages")) continue
          const found = told.rows.get(table) ?? []
          // A market with another word as its status may be a market that is not open, or that is over.
          assert.strictEqual(found.length, rows.length, `${field} is ${what}: rows of ${table}`)
          for (const [index, row] of rows.entries()) {
            // A side of a candle is one field with several prices.
            const most = index > 0 ? 0 : table === "candle_rows" ? 6 : 3
            assert.isAtMost(
              differing(row, found[index] ?? []),
              most,
              `${field} is ${what}: ${table} ${index}`
            )
          }
        }
      }
    }
  })

  it.prop(
    "never throws, and keeps every other item, whatever value is at any place in one of them",
    [fc.nat(), fc.array(fc.nat(), { maxLength: 5 }), fc.constantFrom(...Object.entries(hostile))],
    ([which, path, [, text]]) => {
      const at = which % kind.items.length
      /** Puts the mark at the end of a path; each step is taken modulo the number of entries. */
      const marked = (value: unknown, [step, ...rest]: ReadonlyArray<number>): unknown => {
        if (step === undefined || typeof value !== "object" || value === null) return MARK
        const keys = Object.keys(value)
        const key = keys[step % keys.length]
        if (key === undefined) return MARK
        const inner = marked((value as Readonly<Record<string, unknown>>)[key], rest)
        return Array.isArray(value)
          ? value.map((one, index) => (String(index) === key ? inner : one))
          : { ...value, [key]: inner }
      }
      const spoilt = kind.items.map((item, index) => (index === at ? marked(item, path) : item))
      const told = tell(kind, withHostile(bodyOf(kind, spoilt), text))
      if (kind.list === undefined) return
      const without = tell(
        kind,
        JSON.stringify(
          bodyOf(
            kind,
            kind.items.filter((__, index) => index !== at)
          )
        )
      )
      for (const [table, rows] of without.rows) {
        if (table.endsWith("_pages")) continue
        const found = new Set((told.rows.get(table) ?? []).map((row) => JSON.stringify(row)))
        for (const row of rows)
          assert.isTrue(found.has(JSON.stringify(row)), `${table}: ${JSON.stringify(row)}`)
      }
    },
    { fastCheck: { numRuns: 30 } }
  )

  it("never throws, whatever the whole body or its list is", () => {
    for (const text of Object.values(hostile)) {
      tell(kind, text)
      if (kind.list !== undefined) tell(kind, `{"${kind.list}":${text},"${kind.list}":${text}}`)
    }
  })
})
