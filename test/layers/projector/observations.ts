/**
 * Logs as a hostile exchange would fill them: listings, settled pages, events and single markets of every
 * era, old and out of order, with duplicates, broken items, error statuses and bodies that are not JSON, over
 * a few tickers, so that all of these interact.
 */
import { FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { isoMicros } from "../../../src/domain/units/time.ts"
import {
  centsMarket,
  dualFpMarket,
  dualMarket,
  eventBody,
  stringsMarket,
  without
} from "../../domain/read/wire/bodies.ts"
import {
  centsCandle,
  dualCandle,
  eventFeeBody,
  liveCandle,
  NOON,
  pastCandle,
  scheduleBody,
  seriesBody,
  statusBody
} from "../../domain/read/wire/other-bodies.ts"
import { stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { answer, SLOT } from "../sqlite/support.ts"

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))

const tickers = ["KXA-T1", "KXA-T2", "KXB-T1", "KXB-T2", "KXÜ-☂", "KX\ud800", ""]
const eventTickers = ["KXA", "KXB", "KXC"]
const statuses = ["active", "active", "closed", "determined", "finalized", "settled", "something-new"]
const titles = [
  null,
  "",
  "Will it rain?",
  'It\'s "quoted"\n\ttabs',
  "雨 \ud83c\udf27",
  "\ud800 alone",
  "nul \u0000"
]
const rules = [
  null,
  "",
  "If it rains",
  "If it snows",
  "\ud800?",
  `If ${"it rains and ".repeat(2000)}it snows`
]
const dollars = ["0.0000", "0.0100", "0.069", "0.4149", "0.500000", "0.9990", "1.0000"]

/** A moment within one second that all generated logs share: most are out of order, many are equal. */
const moment = fc.integer({ min: 0, max: 12 }).map((n) => isoMicros(SLOT * 1_000_000 + n * 80_003))

const market = fc
  .record({
    era: fc.constantFrom(centsMarket, dualMarket, dualFpMarket, stringsMarket),
    ticker: fc.constantFrom(...tickers),
    event_ticker: fc.constantFrom(...eventTickers),
    status: fc.constantFrom(...statuses),
    title: fc.constantFrom(...titles),
    rules_primary: fc.constantFrom(...rules),
    rules_secondary: fc.constantFrom(...rules),
    result: fc.constantFrom("", "yes", "no", "scalar"),
    price: fc.constantFrom(...dollars),
    floor_strike: fc.constantFrom(null, 0, 1.5, 1e21, 0.1),
    odd: fc.constantFrom<Readonly<Record<string, unknown>>>(
      {},
      {},
      {},
      { floor_strike: "79.5" },
      { title: 7, rules_primary: [] },
      { status: null },
      { event_ticker: 5, custom_strike: "{}" },
      { settlement_value_dollars: 1, result: false },
      { yes_bid_dollars: 0.5, volume_fp: {} }
    ),
    leftOut: fc.constantFrom("", "", "title", "settlement_ts", "settlement_value_dollars", "expiration_time")
  })
  .map(({ era, leftOut, odd, price, ...said }) => {
    const quoted = era === centsMarket ? {} : { yes_bid_dollars: price, settlement_value_dollars: price }
    return without(era({ ...said, ...quoted, ...odd }), leftOut)
  })

const broken = fc.constantFrom(
  null,
  42,
  [],
  { ticker: "KXA-T1" },
  stringsMarket({ ticker: 7 }),
  stringsMarket({ ticker: "KXA-T1", yes_bid_dollars: 0.5 }),
  stringsMarket({ ticker: "KXB-T1", close_time: "tomorrow" })
)

const item = fc.oneof({ weight: 9, arbitrary: market }, { weight: 1, arbitrary: broken })
const items = fc.array(item, { maxLength: 6 })

const event = fc
  .record({
    event_ticker: fc.constantFrom(...eventTickers),
    title: fc.constantFrom<unknown>(...titles, 7),
    category: fc.constantFrom("Climate", "", null),
    markets: fc.option(items, { nil: undefined })
  })
  .map(({ markets, ...said }) => eventBody(markets === undefined ? said : { ...said, markets }))

const eventItem = fc.oneof(
  { weight: 9, arbitrary: event },
  { weight: 1, arbitrary: fc.constantFrom({ event_ticker: 0 }, "KXA", null) }
)

type Said = Pick<Observation, "feed" | "endpoint" | "body"> & Partial<Pick<Observation, "request">>

const listing = (feed: string, endpoint: string) =>
  items.map((markets): Said => ({ feed, endpoint, body: json({ markets, cursor: "" }) }))

const sane = fc.oneof(
  { weight: 4, arbitrary: listing("markets", "GET /markets") },
  { weight: 2, arbitrary: listing("settlements", "GET /markets") },
  { weight: 1, arbitrary: listing("combos", "GET /markets") },
  { weight: 1, arbitrary: listing("sync-markets", "GET /markets") },
  { weight: 1, arbitrary: listing("backfill", "GET /historical/markets") },
  {
    weight: 2,
    arbitrary: fc
      .array(eventItem, { maxLength: 3 })
      .map((events): Said => ({ feed: "events", endpoint: "GET /events", body: json({ events }) }))
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ event, markets: items })
      .map((body): Said => ({ feed: "events", endpoint: "GET /events/{event_ticker}", body: json(body) }))
  },
  {
    weight: 1,
    arbitrary: market.map(
      (one): Said => ({ feed: "gaps", endpoint: "GET /markets/{ticker}", body: json({ market: one }) })
    )
  }
)

const candle = fc
  .record({
    era: fc.constantFrom(liveCandle, pastCandle, dualCandle, centsCandle),
    end_period_ts: fc.constantFrom(NOON, NOON + 3600, NOON + 7200, "noon"),
    leftOut: fc.constantFrom("", "", "price", "yes_bid", "volume")
  })
  .map(({ era, leftOut, ...said }) => without(era(said), leftOut))
const candles = fc.array(candle, { maxLength: 4 })

const minutes = fc.constantFrom("1", "60", "1440", "5")

const candleAnswers = fc.oneof(
  fc
    .record({
      markets: fc.array(fc.record({ market_ticker: fc.constantFrom(...tickers, 7), candlesticks: candles }), {
        maxLength: 3
      }),
      minutes
    })
    .map(
      ({ markets, minutes }): Said => ({
        feed: "candlesticks",
        endpoint: "GET /markets/candlesticks",
        request: `/markets/candlesticks?period_interval=${minutes}`,
        body: json({ markets })
      })
    ),
  fc.record({ candlesticks: candles, minutes }).map(
    ({ candlesticks, minutes }): Said => ({
      feed: "backfill",
      endpoint: "GET /historical/markets/{ticker}/candlesticks",
      request: `/historical/markets/KXA-T1/candlesticks?period_interval=${minutes}`,
      body: json({ candlesticks })
    })
  )
)

const oneSeries = fc
  .record({
    ticker: fc.constantFrom("KXRAIN", "S", 7),
    title: fc.constantFrom(...titles),
    category: fc.constantFrom("Climate", "", null),
    tags: fc.constantFrom(null, [], ["Rain"], "Rain")
  })
  .map(seriesBody)

const aboutExchange = fc.oneof(
  fc
    .record({ trading_active: fc.constantFrom(true, false, "no") })
    .map(
      (but): Said => ({ feed: "exchange", endpoint: "GET /exchange/status", body: json(statusBody(but)) })
    ),
  fc.constantFrom(undefined, null, []).map(
    (maintenance_windows): Said => ({
      feed: "exchange",
      endpoint: "GET /exchange/schedule",
      body: json(scheduleBody({ maintenance_windows }))
    })
  )
)

/** The same trades again and again, at times that are written in other ways or differ. */
const trade = fc
  .record({
    trade_id: fc.constantFrom("one", "two", "three"),
    ticker: fc.constantFrom(...tickers),
    created_time: fc.constantFrom(
      "2026-11-22T12:15:00.123456Z",
      "2026-11-22T12:15:00.123Z",
      "2026-11-22T12:15:00Z",
      "2026-11-22T12:44:59.999999Z"
    ),
    taker_side: fc.constantFrom("yes", "no", 7)
  })
  .map(stringsTrade)

const trades = fc
  .record({
    endpoint: fc.constantFrom("GET /markets/trades", "GET /historical/trades"),
    trades: fc.array(trade)
  })
  .map(({ endpoint, trades }): Said => ({ feed: "trades", endpoint, body: json({ trades, cursor: "" }) }))

/** The same changes again and again, some of them announced otherwise. */
const fees = fc
  .array(fc.record({ id: fc.constantFrom("1", "2", 3), fee_multiplier: fc.constantFrom(0, 0.5, "1") }), {
    maxLength: 3
  })
  .map(
    (changes): Said => ({
      feed: "fees",
      endpoint: "GET /events/fee_changes",
      body: json({
        event_fee_changes: changes.map(({ fee_multiplier, id }) =>
          eventFeeBody({ id, fee_multiplier_override: fee_multiplier })
        ),
        cursor: ""
      })
    })
  )

const others = fc.oneof(
  fees,
  candleAnswers,
  trades,
  fc
    .array(oneSeries, { maxLength: 3 })
    .map((series): Said => ({ feed: "series", endpoint: "GET /series", body: json({ series }) })),
  aboutExchange
)

const insane = fc
  .record({
    feed: fc.constantFrom("markets", "settlements", "events"),
    endpoint: fc.constantFrom("GET /markets", "GET /events", "GET /exchange/status"),
    body: fc.constantFrom(
      utf8.encode(""),
      utf8.encode("<html>502</html>"),
      utf8.encode('{"markets": [{"ticker"'),
      Uint8Array.of(0xff, 0xfe, 0x00),
      json(null),
      json([]),
      json({ markets: null }),
      json({ quotes: [] }),
      json({ markets: { ticker: "KXA-T1" }, events: 3 })
    )
  })
  .map((said): Said => said)

const status = fc.constantFrom(200, 200, 200, 200, 200, 200, 200, 404, 503)

const observation = fc
  .record({
    said: fc.oneof(
      { weight: 7, arbitrary: sane },
      { weight: 3, arbitrary: others },
      { weight: 1, arbitrary: insane }
    ),
    status,
    observedAt: moment,
    slot: fc.constantFrom(SLOT, SLOT + 900, SLOT - 900)
  })
  .map(({ said, ...rest }) => ({ ...said, ...rest }))

/** A log of up to a given number of answers. Each has a unique key. */
export const observations = (maxLength: number): fc.Arbitrary<ReadonlyArray<Observation>> =>
  fc
    .array(observation, { minLength: 1, maxLength })
    .map((said) => said.map((but, index) => answer(index, but)))

/** A page of the listing of open markets, a number of microseconds after its slot. */
export const page = (
  index: number,
  markets: ReadonlyArray<unknown>,
  afterSlot: number,
  but: Partial<Observation> = {}
): Observation =>
  answer(index, {
    body: json({ markets, cursor: "" }),
    observedAt: isoMicros(SLOT * 1_000_000 + afterSlot),
    ...but
  })
