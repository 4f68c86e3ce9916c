/** The examples of docs/answers.md give what it shows, on a recording of two markets. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { make as analyticsOf } from "../../src/layers/duckdb/query/Analytics.ts"
import type { QueryResult } from "../../src/services/Analytics.ts"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
import { seriesBody, seriesFeeBody } from "../domain/read/wire/other-bodies.ts"
import { stringsTrade } from "../domain/read/wire/tape-bodies.ts"
import { tablesIn, tell } from "../layers/projector/support.ts"
import { answer, raw, scopedFolder } from "../layers/sqlite/support.ts"

const text = readFileSync(fileURLToPath(new URL("../../docs/answers.md", import.meta.url)), "utf8")
const examples = [...text.matchAll(/```sql\n([\s\S]*?)\n```\n\n```csv\n([\s\S]*?)\n```/g)].map(
  ([, sql = "", shown = ""]) => ({ sql, shown })
)

const utf8 = new TextEncoder()
const json = (body: unknown) => utf8.encode(JSON.stringify(body))
const on22nd = (clock: string) => `2026-11-22T${clock.length === 5 ? `${clock}:00` : clock}.000000Z`
const slotOf = (clock: string) => Date.parse(on22nd(clock)) / 1000

const [FIRST, SECOND] = ["KXRAIN-26NOV22-T1", "KXRAIN-26NOV22-T2"]

const listing = (
  page: number,
  slot: string,
  at: string,
  markets: ReadonlyArray<Readonly<Record<string, unknown>>>
) =>
  answer(page, {
    slot: slotOf(slot),
    observedAt: on22nd(at),
    body: json({
      markets: markets.map((market) => stringsMarket({ mve_collection_ticker: undefined, ...market })),
      cursor: ""
    })
  })

const dear = { ticker: FIRST, yes_bid_dollars: "0.4100", yes_ask_dollars: "0.4300" }
const longshot = { ticker: SECOND, yes_bid_dollars: "0.0000", yes_ask_dollars: "0.0300" }

const trade = (trade_id: string, at: string, yes: number) =>
  stringsTrade({
    trade_id,
    ticker: FIRST,
    created_time: on22nd(at),
    yes_price_dollars: (yes / 100).toFixed(4),
    no_price_dollars: ((100 - yes) / 100).toFixed(4)
  })

/** Nothing was recorded from 12:15 to 13:45. Then the first market is to close at 14:00. */
const observations = [
  answer(0, {
    feed: "series",
    endpoint: "GET /series",
    request: "/series",
    observedAt: on22nd("11:59:58"),
    body: json({ series: [seriesBody({ ticker: "KXRAIN", fee_type: "quadratic", fee_multiplier: 1 })] })
  }),
  answer(1, {
    feed: "fees",
    endpoint: "GET /series/fee_changes",
    request: "/series/fee_changes?show_historical=true",
    observedAt: on22nd("11:59:59"),
    body: json({
      series_fee_change_arr: [
        seriesFeeBody({
          id: "1",
          series_ticker: "KXRAIN",
          fee_type: "quadratic_with_maker_fees",
          fee_multiplier: 0.5,
          scheduled_ts: "2026-11-23T05:00:00Z"
        })
      ]
    })
  }),
  listing(2, "12:00", "12:00:02.500000", [dear, longshot]),
  answer(3, {
    feed: "orderbooks",
    slot: slotOf("12:00"),
    endpoint: "GET /markets/orderbooks",
    request: "/markets/orderbooks?tickers=A",
    observedAt: on22nd("12:00:40"),
    body: json({
      orderbooks: [
        {
          ticker: FIRST,
          orderbook_fp: {
            yes_dollars: [
              ["0.3800", "50.00"],
              ["0.4000", "250.00"],
              ["0.4100", "100.00"]
            ],
            no_dollars: [
              ["0.5600", "200.00"],
              ["0.5700", "80.00"]
            ]
          }
        }
      ]
    })
  }),
  listing(4, "12:15", "12:15:03.250000", [dear, longshot]),
  answer(5, {
    feed: "trades",
    slot: slotOf("12:15"),
    endpoint: "GET /markets/trades",
    request: "/markets/trades?limit=1000",
    observedAt: on22nd("12:15:08"),
    body: json({
      trades: [trade("b7", "12:11:30", 43), trade("a9", "12:11:30", 44), trade("c1", "11:50", 42)],
      cursor: ""
    })
  }),
  listing(6, "13:45", "13:45:04", [{ ...dear, close_time: "2026-11-22T14:00:00Z" }, longshot])
]

const run = (feed: string, slot: string, interval: number, status: string, finished?: string) =>
  `('${feed}', '${on22nd(slot).slice(0, 19)}Z', ${interval}, '${status}', ${
    finished === undefined ? "NULL, NULL" : `'${on22nd(finished)}', '${on22nd(slot).slice(0, 19)}Z'`
  }, 1, 1)`

const runs = [
  run("fees", "11:45", 86_400, "complete", "11:59:59"),
  run("markets", "12:00", 900, "complete", "12:00:03"),
  run("orderbooks", "12:00", 3600, "complete", "12:00:41"),
  run("markets", "12:15", 900, "complete", "12:15:04"),
  run("trades", "12:15", 900, "complete", "12:15:09"),
  ...["12:30", "12:45", "13:00", "13:15", "13:30"].map((slot) => run("markets", slot, 900, "missed")),
  run("markets", "13:45", 900, "complete", "13:45:05")
]

const csvOf = ({ columns, rows }: QueryResult): string =>
  [columns.map(({ name }) => name), ...rows.map((row) => row.map((value) => String(value ?? "")))]
    .map((cells) => cells.join(","))
    .join("\n")

describe("docs/answers.md", () => {
  it.scoped("shows what its examples give", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(tell(...observations), tablesIn(folder))
      raw(folder, (database) =>
        database.exec(
          `INSERT INTO collection_runs (feed, slot, interval, status, finished_at, watermark, pages, items) VALUES ${runs.join(", ")}`
        )
      )
      const { results } = yield* analyticsOf({ dataDir: folder }).queryAll({
        sqls: examples.map(({ sql }) => sql)
      })
      assert.isAbove(examples.length, 9)
      assert.strictEqual(results.map(csvOf).join("\n\n"), examples.map(({ shown }) => shown).join("\n\n"))
    })
  )
})
