/** Answers that the exchange never gives: those of an attacker, a broken proxy or a bug of the sender. */
import { FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { type Body, centsMarket, eventBody, stringsMarket } from "../../domain/read/wire/bodies.ts"
import {
  cutoffBody,
  liveCandle,
  NOON,
  scheduleBody,
  seriesBody,
  statusBody,
  weekBody
} from "../../domain/read/wire/other-bodies.ts"
import { centsTrade, stringsBook, stringsTrade } from "../../domain/read/wire/tape-bodies.ts"

const utf8 = new TextEncoder()

/** Nested more deeply than `JSON.stringify` or a structured clone allows; `JSON.parse` accepts it. */
export const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels)
const deepObject = (levels: number): string => `{"a":`.repeat(levels) + "1" + "}".repeat(levels)

/** A placeholder for JSON that no JavaScript value is written as. */
const HERE = "@here@"

/** The JSON of a value, with a piece of JSON in place of the placeholder. */
const spliced = (value: unknown, piece: string): string => JSON.stringify(value).replace(`"${HERE}"`, piece)

const pieces: ReadonlyArray<string> = [
  deep(5_000),
  deep(100_000),
  deepObject(5_000),
  deepObject(100_000),
  `"${"x".repeat(3_000_000)}"`,
  `"\\ud800"`,
  `"nul \\u0000"`,
  `""`,
  "null",
  "1e400",
  "-1e400",
  "9223372036854775808",
  "-0",
  "0.1",
  `"NaN"`,
  `"${"9".repeat(400)}"`,
  "{}",
  "[]",
  `[{"__proto__":1}]`,
  `"0000-01-01T00:00:00Z"`,
  `"9999-12-31T23:59:59Z"`
]

type Kind = Pick<Observation, "endpoint" | "feed" | "request">

/** The part of an answer beside a good item, for each kind of answer. */
interface Answer extends Kind {
  readonly item: Body
  readonly around: (item: unknown) => unknown
  /** Keys of objects within the item whose fields are tested, too. */
  readonly within?: string
}

const among = (list: string, good: Body) => (item: unknown) => ({ [list]: [good, item, good] })

export const answers: ReadonlyArray<Answer> = [
  {
    feed: "markets",
    endpoint: "GET /markets",
    request: "/markets?limit=1000&status=open",
    item: stringsMarket({ ticker: "KXBAD", custom_strike: { a: 1 } }),
    around: among("markets", stringsMarket({ ticker: "KXGOOD" }))
  },
  {
    feed: "settlements",
    endpoint: "GET /markets",
    request: "/markets?limit=1000&status=settled",
    item: centsMarket({ ticker: "KXBAD", status: "finalized" }),
    around: among("markets", stringsMarket({ ticker: "KXGOOD", status: "finalized" }))
  },
  {
    feed: "states",
    endpoint: "GET /markets",
    request: "/markets?limit=100&tickers=KXBAD,KXGONE",
    item: stringsMarket({ ticker: "KXBAD" }),
    around: among("markets", stringsMarket({ ticker: "KXGOOD" }))
  },
  {
    feed: "backfill",
    endpoint: "GET /historical/markets/{ticker}",
    request: "/historical/markets/KXBAD",
    item: stringsMarket({ ticker: "KXBAD" }),
    around: (market) => ({ market })
  },
  {
    feed: "events",
    endpoint: "GET /events",
    request: "/events?limit=200&with_nested_markets=true",
    item: eventBody({ event_ticker: "KXBAD", markets: [stringsMarket({ ticker: "KXGOOD" })] }),
    around: among("events", eventBody({ event_ticker: "KXGOOD" }))
  },
  {
    feed: "orderbooks",
    endpoint: "GET /markets/orderbooks",
    request: "/markets/orderbooks?tickers=KXBAD,KXGOOD",
    item: { ticker: "KXBAD", orderbook_fp: stringsBook },
    within: "orderbook_fp",
    around: among("orderbooks", { ticker: "KXGOOD", orderbook_fp: stringsBook })
  },
  {
    feed: "trades",
    endpoint: "GET /markets/trades",
    request: "/markets/trades?limit=1000",
    item: stringsTrade({ trade_id: "bad", ticker: "KXBAD" }),
    around: among("trades", centsTrade({ trade_id: "good", ticker: "KXGOOD" }))
  },
  {
    feed: "candlesticks",
    endpoint: "GET /markets/candlesticks",
    request: "/markets/candlesticks?period_interval=60",
    item: liveCandle({ end_period_ts: NOON }),
    within: "price",
    around: (candle) => ({
      markets: [
        { market_ticker: "KXBAD", candlesticks: [liveCandle({ end_period_ts: NOON + 3600 }), candle] }
      ]
    })
  },
  {
    feed: "series",
    endpoint: "GET /series",
    request: "/series",
    item: seriesBody({ ticker: "KXBAD" }),
    around: among("series", seriesBody({ ticker: "KXGOOD" }))
  },
  {
    feed: "exchange",
    endpoint: "GET /exchange/status",
    request: "/exchange/status",
    item: statusBody(),
    around: (status) => status
  },
  {
    feed: "exchange",
    endpoint: "GET /exchange/schedule",
    request: "/exchange/schedule",
    item: weekBody(),
    around: (week) => scheduleBody({ standard_hours: [week] })
  },
  {
    feed: "backfill",
    endpoint: "GET /historical/cutoff",
    request: "/historical/cutoff",
    item: cutoffBody,
    around: (cutoff) => cutoff
  }
]

type Said = Kind & Pick<Observation, "body">

const said = ({ endpoint, feed, request }: Kind, json: string): Said => ({
  endpoint,
  feed,
  request,
  body: utf8.encode(json)
})

const fieldsOf = (item: Body, within: string | undefined): ReadonlyArray<Body> => [
  ...Object.keys(item).map((field) => ({ ...item, [field]: HERE })),
  ...Object.keys(within === undefined ? {} : (item[within] as Body)).map((field) => ({
    ...item,
    [within as string]: { ...(item[within as string] as Body), [field]: HERE }
  }))
]

/**
 * An answer of any kind in which one field, an item, the list or the whole body is replaced by an invalid
 * value.
 */
export const hostile: fc.Arbitrary<Said> = fc
  .record({ answer: fc.constantFrom(...answers), piece: fc.constantFrom(...pieces) })
  .chain(({ answer, piece }) =>
    fc
      .oneof(
        {
          weight: 12,
          arbitrary: fc
            .constantFrom(...fieldsOf(answer.item, answer.within))
            .map((item) => spliced(answer.around(item), piece))
        },
        { weight: 2, arbitrary: fc.constant(spliced(answer.around(HERE), piece)) },
        {
          weight: 1,
          arbitrary: fc
            .constantFrom(...Object.keys(answer.around(answer.item) as Body))
            .map((key) => spliced({ [key]: HERE }, piece))
        },
        { weight: 1, arbitrary: fc.constant(piece) },
        { weight: 1, arbitrary: fc.constant(deep(50_000).slice(0, 60_000)) }
      )
      .map((json) => said(answer, json))
  )

/** More items than any page has, for each kind of answer: many empty items. */
export const crowds = (items: number): ReadonlyArray<Said> =>
  answers.map((answer) => {
    const crowd = `[${Array(items).fill("{}").join(",")}]`
    const [key] = Object.keys(answer.around(answer.item) as Body)
    return said(answer, `{"${key}":${crowd}}`)
  })

/** A good answer of each kind. */
export const goodAnswers: ReadonlyArray<Said> = answers.map((answer) =>
  said(answer, JSON.stringify(answer.around(answer.item)))
)
