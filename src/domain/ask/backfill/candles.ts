/**
 * The candles of a backfill. The live tier takes many markets in a request, and the archive one. Markets that
 * lived at about the same time for about as long go together, so that few of the periods asked for are none of
 * theirs.
 *
 * An attempt finds what the one before has asked by the text of its requests, so who goes with whom depends on
 * nothing that changes meanwhile: neither on where the cutoff is now, nor on how anything ended after the
 * backfill was asked for. Where the tables have changed nevertheless, a batch is asked for again.
 */

import type { Period } from "../../units/period.ts"
import type { SlotSeconds } from "../../units/time.ts"
import { TICKERS_MAX } from "../batch.ts"
import { periodsMax } from "../limits.ts"
import {
  type Asked,
  type BackfillSpec,
  type Chain,
  type Cutoff,
  earlier,
  type Life,
  later,
  reachesArchive,
  reachesLive
} from "./plan.ts"

/** Of one market of the archive, whose limit is not documented; others have seen 400 above it. */
const ARCHIVED_CANDLES_MAX = 5000

/** The day on which New York sets its clocks back has an hour more. */
const longestSeconds = (period: Period) => period * 60 + (period === 1440 ? 60 * 60 : 0)

/** What is asked about a market. */
interface Stretch {
  readonly life: Life
  readonly start: SlotSeconds
  readonly end: SlotSeconds
}

const stretchOf = (
  life: Life,
  { from, period, to }: BackfillSpec,
  now: SlotSeconds
): ReadonlyArray<Stretch> => {
  const start = later(from, life.opened)
  if (start === null) return []
  // The last candle ends after the market's close.
  const last = life.closes === null ? null : life.closes + longestSeconds(period)
  const end = earlier(earlier(to, last), now) ?? now
  return start < end ? [{ life, start, end }] : []
}

const slices = (start: SlotSeconds, end: SlotSeconds, stepSeconds: number, period: Period) =>
  Array.from({ length: Math.ceil((end - start) / stepSeconds) }, (_, n) => ({
    start_ts: String(start + n * stepSeconds),
    end_ts: String(Math.min(start + (n + 1) * stepSeconds, end)),
    period_interval: String(period)
  }))

/** How long a slice of so many markets may be. */
const stepSeconds = (markets: number, period: Period) => periodsMax(markets) * period * 60

/** Markets that go together, and the time that all of them lived in. */
interface Group {
  readonly members: Array<Stretch>
  readonly start: SlotSeconds
  end: SlotSeconds
}

const requestsFor = (markets: number, seconds: number, period: Period) =>
  Math.ceil(seconds / stepSeconds(markets, period))

/** Joining must save a request. */
const joins = ({ end, members, start }: Group, one: Stretch, period: Period): boolean => {
  if (members.length === TICKERS_MAX) return false
  const apart = requestsFor(members.length, end - start, period) + requestsFor(1, one.end - one.start, period)
  return requestsFor(members.length + 1, Math.max(end, one.end) - start, period) < apart
}

/** A request of a hundred markets takes some 98 periods: lives shorter than this are alike. */
const SHORT_PERIODS = 64

/** How many times four times as long as a short life. Between lives of months, those of hours find no company. */
const lengthClass = ({ end, start }: Stretch, period: Period): number =>
  Math.max(0, Math.ceil(Math.log2((end - start) / (period * 60 * SHORT_PERIODS)) / 2))

/** In order of time, so that a market that the tables learn of later changes no group before its own. */
const groupsOf = (stretches: ReadonlyArray<Stretch>, period: Period): ReadonlyArray<Group> => {
  const classed = stretches
    .map((one) => ({ one, length: lengthClass(one, period) }))
    .sort(
      (a, b) =>
        a.length - b.length ||
        a.one.start - b.one.start ||
        a.one.end - b.one.end ||
        (a.one.life.ticker < b.one.life.ticker ? -1 : 1)
    )
  const groups: Array<Group> = []
  let length = -1
  for (const next of classed) {
    const group = groups.at(-1)
    if (group === undefined || next.length !== length || !joins(group, next.one, period)) {
      groups.push({ members: [next.one], start: next.one.start, end: next.one.end })
    } else {
      group.members.push(next.one)
      group.end = Math.max(group.end, next.one.end)
    }
    length = next.length
  }
  return groups
}

const BATCH = "GET /markets/candlesticks"

const batchOf = (tickers: ReadonlyArray<string>, query: Asked["request"]["query"]): Asked => ({
  request: {
    endpoint: BATCH,
    path: "/markets/candlesticks",
    query: { ...query, market_tickers: tickers.join(",") },
    items: "markets",
    paged: false
  },
  about: tickers
})

const archivedOf = ({ end, life, start }: Stretch, period: Period): ReadonlyArray<Asked> =>
  slices(start, end, ARCHIVED_CANDLES_MAX * period * 60, period).map((query) => ({
    request: {
      endpoint: "GET /historical/markets/{ticker}/candlesticks",
      path: `/historical/markets/${encodeURIComponent(life.ticker)}/candlesticks`,
      query,
      items: "candlesticks",
      paged: false
    },
    about: [life.ticker]
  }))

/** Whether a request may be asked in parts, and so whether one market of it may be unknown by itself. */
export const isBatch = ({ request }: Asked): boolean => request.endpoint === BATCH

/** The two halves of a batch: what is wrong with one market is wrong with one of them. */
export const halves = (asked: Asked): ReadonlyArray<Asked> => {
  const { about, request } = asked
  if (!isBatch(asked) || about.length < 2) return []
  const middle = Math.ceil(about.length / 2)
  return [about.slice(0, middle), about.slice(middle)].map((some) => batchOf(some, request.query))
}

/** Where the tiers met when the backfill was first worked on, and where they meet now. */
export interface Cutoffs {
  readonly first: Cutoff
  readonly now: Cutoff
}

/** Candles of each market's life, as far as the selection reaches; `now` ends what is still open then. */
export const candleRequests = (
  spec: BackfillSpec,
  lives: ReadonlyArray<Life>,
  cutoffs: Cutoffs,
  now: SlotSeconds
): ReadonlyArray<Chain> => {
  const { period } = spec
  const isLive = ({ life: { settled } }: Stretch) =>
    settled === null || reachesLive(settled, cutoffs.first.marketsSettled)
  const isArchived = ({ life: { closes, settled } }: Stretch) => {
    // Not every answer says when a market was settled; it was not before it closed.
    const over = settled ?? closes
    return over !== null && reachesArchive(over, cutoffs.now.marketsSettled)
  }
  const archive = (some: ReadonlyArray<Stretch>) =>
    some.filter(isArchived).flatMap((one) => archivedOf(one, period))
  const stretches = lives.flatMap((life) => stretchOf(life, spec, now))
  const groups = groupsOf(stretches.filter(isLive), period).map(({ end, members, start }): Chain => {
    const tickers = members.map(({ life }) => life.ticker)
    return {
      live: slices(start, end, stepSeconds(tickers.length, period), period).map((slice) =>
        batchOf(tickers, slice)
      ),
      archive: archive(members)
    }
  })
  const past = stretches
    .filter((one) => !isLive(one))
    .map((one): Chain => ({ live: [], archive: archive([one]) }))
  return [...groups, ...past]
}
