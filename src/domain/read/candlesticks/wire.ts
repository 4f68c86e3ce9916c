/**
 * A candle, in any of its three spellings. Live ones since 2026-03-12 have `*_dollars` and `*_fp` strings,
 * whose keys are absent if nothing was traded; before, they had integers as well, and only integers until
 * 2025-08. Candles of the historical tier have the same strings under names without a suffix, null if nothing was
 * traded. The spelling follows from the candle's own shape, so that either tier may send any of them.
 */
import { Either } from "effect"
import { each, type ItemKind, type Located } from "../wire/items.ts"
import { essential, lost, readable } from "../wire/salvage.ts"
import {
  cents,
  contracts,
  decimal,
  isObject,
  name,
  nullable,
  price,
  problem,
  type Shape,
  seconds,
  shape,
  type WireProblem
} from "../wire/shape.ts"
import { stringFirst } from "../wire/string-first.ts"
import type { Candlestick, Range, TradedRange } from "./candlestick.ts"

type Counts = Pick<Candlestick, "volume" | "openInterest">

interface Spelling {
  readonly range: Shape<Range>
  readonly traded: Shape<TradedRange>
  readonly counts: Shape<Counts>
}

const liveRange = {
  open: ["open_dollars", nullable(price)],
  low: ["low_dollars", nullable(price)],
  high: ["high_dollars", nullable(price)],
  close: ["close_dollars", nullable(price)]
} as const

/** Today's live spelling. */
export const live = {
  range: shape(liveRange),
  traded: shape({
    ...liveRange,
    mean: ["mean_dollars", nullable(price)],
    previous: ["previous_dollars", nullable(price)]
  }),
  counts: shape({
    volume: ["volume_fp", nullable(decimal)],
    openInterest: ["open_interest_fp", nullable(decimal)]
  })
}

const pastRange = {
  open: ["open", nullable(price)],
  low: ["low", nullable(price)],
  high: ["high", nullable(price)],
  close: ["close", nullable(price)]
} as const

/** Today's spelling of the historical tier. */
export const past = {
  range: shape(pastRange),
  traded: shape({ ...pastRange, mean: ["mean", nullable(price)], previous: ["previous", nullable(price)] }),
  counts: shape({ volume: ["volume", nullable(decimal)], openInterest: ["open_interest", nullable(decimal)] })
}

const integerRange = {
  open: ["open", nullable(cents)],
  low: ["low", nullable(cents)],
  high: ["high", nullable(cents)],
  close: ["close", nullable(cents)]
} as const

const integers: Spelling = {
  range: shape(integerRange),
  traded: shape({
    ...integerRange,
    mean: ["mean", nullable(cents)],
    previous: ["previous", nullable(cents)]
  }),
  counts: shape({
    volume: ["volume", nullable(contracts)],
    openInterest: ["open_interest", nullable(contracts)]
  })
}

const dual: Spelling = {
  range: stringFirst(live.range, integers.range),
  traded: stringFirst(live.traded, integers.traded),
  counts: stringFirst(live.counts, integers.counts)
}

/** Returns the spelling of a candle, by the counts, which every spelling sends. */
const spellingOf = (candle: Readonly<Record<string, unknown>>): Spelling => {
  const count = candle.volume ?? candle.open_interest
  if (count === undefined || count === null) return live
  return typeof count === "string" ? past : dual
}

export const period = shape({ endSeconds: ["end_period_ts", seconds] })

/** Reads a side. If it is absent or null, so are its prices. */
const side = <A>(of: Shape<A>, candle: Readonly<Record<string, unknown>>, name: string, path: string) =>
  of.decode(candle[name] ?? {}, `${path}.${name}`)

const decodeCandle = (
  candle: unknown,
  path: string,
  ticker: string | undefined
): Either.Either<Candlestick, WireProblem> => {
  if (!isObject(candle)) return Either.left(problem(path, "an object", candle))
  const spelling = spellingOf(candle)
  const end = period.decode(candle, path)
  if (Either.isLeft(end)) return Either.left(end.left)
  const yesBid = side(spelling.range, candle, "yes_bid", path)
  if (Either.isLeft(yesBid)) return Either.left(yesBid.left)
  const yesAsk = side(spelling.range, candle, "yes_ask", path)
  if (Either.isLeft(yesAsk)) return Either.left(yesAsk.left)
  const price = side(spelling.traded, candle, "price", path)
  if (Either.isLeft(price)) return Either.left(price.left)
  const counts = spelling.counts.decode(candle, path)
  if (Either.isLeft(counts)) return Either.left(counts.left)
  return Either.right({
    ticker,
    endSeconds: end.right.endSeconds,
    yesBid: yesBid.right,
    yesAsk: yesAsk.right,
    price: price.right,
    ...counts.right
  })
}

/** Salvages a candle. One that lacks some of its prices or counts is kept; one without its time is lost. */
const salvageCandle = (candle: unknown, path: string, ticker: string | undefined) => {
  if (!isObject(candle)) return lost(problem(path, "an object", candle))
  const spelling = spellingOf(candle)
  const ofSide = <A>(of: Shape<A>, name: string) => of.parts(candle[name] ?? {}, `${path}.${name}`)
  const end = period.parts(candle, path)
  const yesBid = ofSide(spelling.range, "yes_bid")
  const yesAsk = ofSide(spelling.range, "yes_ask")
  const price = ofSide(spelling.traded, "price")
  const counts = spelling.counts.parts(candle, path)
  const problems = [end, yesBid, yesAsk, price, counts].flatMap((parts) => parts.problems)
  const when = essential(end, ["endSeconds"])
  if (when === undefined) return lost(...problems)
  return {
    item: {
      ticker,
      ...when,
      yesBid: readable(yesBid.fields),
      yesAsk: readable(yesAsk.fields),
      price: readable(price.fields),
      ...readable(counts.fields)
    },
    problems
  }
}

/** A candle with its market, as far as the body names it. */
interface Found {
  readonly candle: unknown
  readonly ticker: string | undefined
}

/** Placeholder for a value that is no list of candles; it carries a problem. */
class NoCandles {
  readonly wrong: WireProblem
  constructor(wrong: WireProblem) {
    this.wrong = wrong
  }
}

const batched = shape({ ticker: ["market_ticker", name] })
const alone = shape({ ticker: ["ticker", nullable(name)] })

type Named = Either.Either<{ readonly ticker: string | null | undefined }, WireProblem>

const candlesOf = (market: unknown, prefix: string, named: Named): ReadonlyArray<Located> => {
  if (Either.isLeft(named)) return [[named.left.path, new NoCandles(named.left)]]
  if (isObject(market) && market.candlesticks === undefined) {
    const wrong = problem(`${prefix}candlesticks`, "a list", undefined)
    return [[wrong.path, new NoCandles(wrong)]]
  }
  const ticker = named.right.ticker ?? undefined
  return each(market, "candlesticks", prefix).map(([path, candle]) => [
    path,
    { candle, ticker } satisfies Found
  ])
}

/** Every candle of a batch of markets, or of the one market that the request names. */
export const candlesticks: ItemKind<Candlestick> = {
  keys: ["markets", "candlesticks"],
  locate: (body) =>
    isObject(body) && "candlesticks" in body
      ? candlesOf(body, "", alone.decode(body, "body"))
      : each(body, "markets").flatMap(([path, market]) =>
          candlesOf(market, `${path}.`, batched.decode(market, path))
        ),
  decode: (found, path) => {
    if (found instanceof NoCandles) return Either.left(found.wrong)
    const { candle, ticker } = found as Found
    return decodeCandle(candle, path, ticker)
  },
  salvage: (found, path) => {
    if (found instanceof NoCandles) return lost(found.wrong)
    const { candle, ticker } = found as Found
    return salvageCandle(candle, path, ticker)
  }
}
