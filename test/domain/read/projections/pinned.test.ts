/**
 * The rows of a fixed log, pinned. Tables that another version of a projection built are rebuilt, and tables
 * of the same version are trusted. A change of the rows must therefore come with a new version.
 */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import type { Cell } from "../../../../src/domain/read/column.ts"
import type { EntityRow } from "../../../../src/domain/read/projection.ts"
import { projections } from "../../../../src/domain/read/projections.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { slotSeconds } from "../../../../src/domain/units/time.ts"
import { observe } from "../observe.ts"
import { centsMarket, dualFpMarket, dualMarket, eventBody, stringsMarket, without } from "../wire/bodies.ts"
import {
  centsCandle,
  cutoffBody,
  dualCandle,
  eventFeeBody,
  liveCandle,
  NOON,
  pastCandle,
  scheduleBody,
  seriesBody,
  seriesFeeBody,
  statusBody
} from "../wire/other-bodies.ts"
import {
  centsBook,
  centsTrade,
  dualBook,
  dualFpTrade,
  dualTrade,
  emptyBook,
  stringsBook,
  stringsTrade
} from "../wire/tape-bodies.ts"

const finalized = { status: "finalized", result: "scalar", settlement_value_dollars: "0.3333" }

/** Some answers of all eras: listings, single markets, events with and without markets, and bad items. */
const log = [
  observe({ markets: [centsMarket(), centsMarket({ ticker: "A", yes_bid: 0, yes_ask: 100, title: null })] }),
  observe(
    { markets: [dualMarket(), dualFpMarket({ ticker: "B" }), { ticker: "bad" }], cursor: "x" },
    { page: 1 }
  ),
  observe(
    { markets: [stringsMarket(), stringsMarket({ ticker: "C", yes_bid_dollars: "0.069001" })] },
    { page: 2 }
  ),
  observe(
    {
      markets: [
        without(stringsMarket({ ticker: "D" }), "expiration_time"),
        stringsMarket({ last_price_dollars: null })
      ]
    },
    { slot: slotSeconds("2026-11-22T12:30:00Z"), observedAt: "2026-11-22T12:30:02.000001Z" }
  ),
  observe({ market: stringsMarket(finalized) }, { feed: "gaps", endpoint: "GET /markets/{ticker}" }),
  observe({ markets: null }, { feed: "settlements" }),
  observe(
    {
      markets: [
        centsMarket({ status: "finalized", result: "yes" }),
        dualFpMarket({ ticker: "B", ...finalized })
      ]
    },
    { feed: "settlements" }
  ),
  observe(
    {
      events: [eventBody(), eventBody({ event_ticker: "E", markets: [stringsMarket()] }), { event_ticker: 0 }]
    },
    { feed: "events", endpoint: "GET /events" }
  ),
  observe(
    { event: eventBody({ title: null }), markets: [dualMarket()] },
    { feed: "events", endpoint: "GET /events/{event_ticker}" }
  ),
  observe(
    { markets: [stringsMarket(finalized)] },
    {
      feed: "backfill",
      endpoint: "GET /historical/markets",
      request: "/historical/markets?limit=1000&tickers=GONE"
    }
  ),
  observe(
    {
      markets: [
        {
          market_ticker: "A",
          candlesticks: [liveCandle(), dualCandle({ end_period_ts: NOON + 3600 }), null]
        },
        { market_ticker: "B", candlesticks: [liveCandle({ price: {} }), centsCandle()] }
      ]
    },
    {
      feed: "candlesticks",
      endpoint: "GET /markets/candlesticks",
      request: "/markets/candlesticks?market_tickers=A%2CB&period_interval=60"
    }
  ),
  observe(
    { candlesticks: [pastCandle()] },
    {
      feed: "backfill",
      endpoint: "GET /historical/markets/{ticker}/candlesticks",
      request: "/historical/markets/A/candlesticks?period_interval=1440"
    }
  ),
  observe(
    { series: [seriesBody(), seriesBody({ ticker: "S", tags: null, categories: [] }), { ticker: 7 }] },
    { feed: "series", endpoint: "GET /series", request: "/series" }
  ),
  observe(statusBody(), { feed: "exchange", endpoint: "GET /exchange/status", request: "/exchange/status" }),
  observe(statusBody({ exchange_active: false }), {
    feed: "exchange",
    endpoint: "GET /exchange/status",
    request: "/exchange/status",
    status: 503
  }),
  observe(scheduleBody(), {
    feed: "exchange",
    endpoint: "GET /exchange/schedule",
    request: "/exchange/schedule"
  }),
  observe(
    {
      orderbooks: [
        { ticker: "A", orderbook_fp: stringsBook },
        { ticker: "B", orderbook_fp: emptyBook },
        { ticker: "C", orderbook_fp: {} }
      ]
    },
    { feed: "orderbooks", endpoint: "GET /markets/orderbooks", request: "/markets/orderbooks?tickers=A" }
  ),
  ...[centsBook, dualBook].map((orderbook, index) =>
    observe(
      { orderbook },
      {
        feed: "orderbooks",
        endpoint: "GET /markets/{ticker}/orderbook",
        request: `/markets/K-${index}/orderbook`
      }
    )
  ),
  observe(
    { trades: [stringsTrade(), stringsTrade({ trade_id: "B", ticker: "B" }), { trade_id: "bad" }] },
    { feed: "trades", endpoint: "GET /markets/trades", request: "/markets/trades?limit=1000" }
  ),
  observe(
    { trades: [centsTrade(), dualTrade({ trade_id: "C" }), dualFpTrade({ trade_id: "D" })], cursor: "" },
    { feed: "backfill", endpoint: "GET /historical/trades", request: "/historical/trades?limit=1000" }
  ),
  observe(cutoffBody, {
    feed: "backfill",
    endpoint: "GET /historical/cutoff",
    request: "/historical/cutoff"
  }),
  observe(
    { series_fee_change_arr: [seriesFeeBody(), seriesFeeBody({ id: undefined, fee_multiplier: 0 }), {}] },
    { feed: "fees", endpoint: "GET /series/fee_changes", request: "/series/fee_changes?show_historical=true" }
  ),
  observe(
    { event_fee_changes: [eventFeeBody(), eventFeeBody({ fee_type_override: null })], cursor: "" },
    { feed: "fees", endpoint: "GET /events/fee_changes", request: "/events/fee_changes?limit=100" }
  )
].map((observation, index) => ({ ...observation, seq: index + 1 }))

const spelledOut = (row: EntityRow | ReadonlyArray<Cell>) =>
  "cells" in row ? { cells: row.cells(), final: row.final, digest: row.digest } : row

/** Every row and problem of the log in one text. */
const rowsOf = (name: string): string => {
  const projection = projections.find((projection) => projection.name === name)
  assert.isDefined(projection, `there is no projection ${name}`)
  const read = log.filter((observation) => projection?.reads(observation))
  const projected = read.map((observation) => projection?.project(new Reading(observation)))
  return JSON.stringify(
    projected.map((made) => [
      made?.rows.map(({ rows, table }) => [table.name, table.columns, rows.map(spelledOut)]),
      made?.problems.map(({ path }) => path)
    ])
  )
}

const pins: Readonly<Record<string, readonly [version: number, sha256: string]>> = {
  events: [5, "9661492c6c32de63b5e96d0587a3b98f9c454cc20c2d66dd5439fa1b04cd6481"],
  markets: [10, "58bcf76184fa94084d9995d7053b0f03fd8e95bf32f8df26c22e9b740c9548c8"],
  price_snapshots: [4, "3a6d25be41483cc2af4bdb89ef722653d03a501924d1cb526eba2e255eb59e95"],
  settlements: [3, "3ca2e5f54e9e2cf2f73b015dd68a50d4116ec7e402b339ce0cd6befaac67d4b2"],
  orderbooks: [4, "dc11e654341996476e10c741341ac24c0dc557f7c36c78407ccf4e6b937f1129"],
  trades: [4, "7fb79d2ed53a6dcdacb8892786c73661ec230b3a21a92e61d739a0169777571f"],
  series: [4, "a006e5ca1b8300a77f2d502aadae73e328294c35d4fc351f652316b55a79028e"],
  candlesticks: [4, "e60c8f13c46cb84b5165b7108f9f2113994047ad0ede3d2dec4ac6b5f118f5f1"],
  historical_cutoff: [2, "ec44b6bccce75b106efd33ff339de6e0ffa41e70cc40c4bc38a0956c50256d33"],
  market_absences: [3, "8e594739266e6446c5316c82ad02792370b00ca50890dc6dd23593934630295f"],
  fee_changes: [1, "217aa6575c505c3aa89b1b39c6a87d4e21cbc3046d5b6452c4a6e55fcfa16019"],
  exchange: [2, "e081581463cd33c1d05cb8219283213eea1c6c7d13eba06502bfdd8ae033974f"]
}

describe("the rows of a fixed log", () => {
  it.each(projections.map((projection) => [projection.name, projection] as const))(
    "%s",
    (name, { version }) => {
      const [pinnedVersion, pinned] = pins[name] ?? [0, "none"]
      const sha256 = createHash("sha256").update(rowsOf(name)).digest("hex")
      assert.strictEqual(
        sha256,
        pinned,
        `the rows of ${name} changed: raise its version and update this pin (version ${version}, ${sha256})`
      )
      assert.strictEqual(version, pinnedVersion, `the version of ${name} changed: update this pin`)
    }
  )

  it("is pinned for every projection", () => {
    assert.sameMembers(
      projections.map(({ name }) => name),
      Object.keys(pins)
    )
  })

  it("makes rows for every table of every projection", () => {
    for (const projection of projections) {
      const tables = log
        .filter(projection.reads)
        .flatMap((observation) => projection.project(new Reading(observation)).rows)
        .flatMap(({ rows, table }) => (rows.length === 0 ? [] : [table]))
      assert.sameMembers([...new Set(tables)], [...projection.tables], projection.name)
    }
  })
})
