/** Answers about a universe, computed one by one from what was received, as the documentation says. */
import {
  type Book,
  type Described,
  INTERVAL,
  type Quote,
  type Run,
  shardOf,
  type Trade,
  type Universe
} from "./universe.ts"

const SECOND = 1_000_000
const DAY = 86_400 * SECOND
const HOUR = 3600 * SECOND

export interface Question {
  readonly ticker: string
  /** Microseconds since 1970. */
  readonly time: number
  /** Microseconds. */
  readonly maxAge?: number
}

const newest = <A extends { readonly at: number }>(all: ReadonlyArray<A>, time: number): A | undefined =>
  all.filter(({ at }) => at <= time).sort((one, other) => other.at - one.at)[0]

const PAST_TRADING = new Set(["closed", "determined", "disputed", "amended", "finalized"])

const termsOf = (of: Universe, { ticker, time }: Question) => {
  const known = of.described.filter((one) => one.ticker === ticker)
  const told = known.filter(({ at }) => at <= time)
  // Those that were received at one time are in the order of the log.
  const terms = told.reduce<Described | undefined>(
    (last, one) =>
      last === undefined ||
      (one.at >= last.at && (last.status !== "finalized" || one.status === "finalized")) ||
      (one.status === "finalized" && last.status !== "finalized")
        ? one
        : last,
    undefined
  )
  if (known.length === 0) return { why: "unknown_market" }
  return terms === undefined ? { why: "not_yet_known" } : { terms }
}

export const open = (of: Universe, question: Question): string | null => {
  const { terms, why } = termsOf(of, question)
  if (terms === undefined) return why ?? null
  const { time } = question
  if (PAST_TRADING.has(terms.status) || terms.closeTime <= time) return "closed"
  const said = newest(of.exchange, time)
  const isTrading = shardOf(question.ticker) === 2 ? said?.isShardTrading : said?.trading
  const isPaused = said !== undefined && time - said.at < HOUR && !isTrading
  if (terms.status === "inactive" || isPaused) return "paused"
  return terms.status === "initialized" || terms.openTime > time ? "not_open" : null
}

export const terms = (of: Universe, question: Question) => {
  const { terms, why } = termsOf(of, question)
  return { status: terms?.status ?? null, closeTime: terms?.closeTime ?? null, reason: why ?? null }
}

const hasEnded = (run: Run, time: number) => run.finished !== undefined && run.finished <= time

/** Whether a complete run after a time, in microseconds, left a market out. */
const wasLeftOut = (of: Universe, feed: string, since: number, time: number) =>
  of.runs.some(
    (run) =>
      run.feed === feed && run.slot * SECOND > since && run.status === "complete" && hasEnded(run, time)
  )

/** Since when the newest description of a market has been known. One that says the same again is no new one. */
const describedSince = (of: Universe, { ticker, time }: Question): number => {
  const told = of.described
    .filter((one) => one.ticker === ticker && one.at <= time)
    .sort((one, other) => one.at - other.at)
  const last = told.at(-1)
  const isOther = (one: Described) => one.status !== last?.status || one.closeTime !== last.closeTime
  return told[told.findLastIndex(isOther) + 1]?.at ?? Number.POSITIVE_INFINITY
}

const ageReason = (
  of: Universe,
  feed: string,
  found: Quote | Book | undefined,
  { maxAge, time }: Question
) => {
  if (found === undefined) return "gap"
  if (maxAge !== undefined && time - found.at <= maxAge) return null
  const due = of.runs.filter((run) => run.feed === feed && run.slot * SECOND <= time)
  const isBroken = due.some(
    (run) =>
      run.slot * SECOND > found.at &&
      (run.status === "missed" ||
        run.status === "skipped" ||
        (run.status === "failed" && hasEnded(run, time)))
  )
  const last = due.filter((run) => run.slot >= found.slot).sort((one, other) => other.slot - one.slot)[0]
  const isOverdue = last !== undefined && last.interval !== null && (last.slot + INTERVAL) * SECOND <= time
  if (isBroken || isOverdue) return "gap"
  return maxAge === undefined ? null : "too_old"
}

const within = (maxAge: number | undefined) => Math.max(maxAge ?? DAY, DAY)

export const quote = (of: Universe, question: Question) => {
  const { maxAge, ticker, time } = question
  const found = newest(
    of.quotes.filter((one) => one.ticker === ticker && one.at > time - within(maxAge)),
    time
  )
  const since =
    found === undefined ? Math.max(describedSince(of, question), time - within(maxAge)) : found.slot * SECOND
  const why =
    open(of, question) ??
    (wasLeftOut(of, "markets", since, time) ? "not_open" : null) ??
    ageReason(of, "markets", found, question)
  const seenAt = found?.at ?? null
  if (why !== null || found === undefined) return { seenAt, bid: null, ask: null, price: null, reason: why }
  const { ask, bid } = found
  const empty = Number(bid === 0) + Number(ask === 100)
  const reason = [null, "one_sided", "empty"][empty] ?? null
  return { seenAt, bid, ask, price: empty === 2 ? null : (bid + ask) / 2, reason }
}

export interface Level {
  readonly side: "bid" | "ask"
  readonly level: number
  readonly price: number
  readonly size: number
  readonly cumulative: number
}

const ranked = (side: "bid" | "ask", bids: Book["yes"]): ReadonlyArray<Level> => {
  let cumulative = 0
  return [...bids]
    .sort(([one], [other]) => other - one)
    .map(([cents, size], at) => {
      cumulative += size
      return { side, level: at + 1, price: side === "bid" ? cents : 100 - cents, size, cumulative }
    })
}

const NOT_TRADING = new Set(["unknown_market", "not_yet_known", "closed", "paused", "not_open"])

export const book = (
  of: Universe,
  question: Question
): { readonly levels: ReadonlyArray<Level>; readonly reason: string | null } => {
  const { maxAge, ticker, time } = question
  const found = newest(
    of.books.filter((one) => one.ticker === ticker && one.at > time - within(maxAge)),
    time
  )
  const quoted = quote(of, question).reason
  if (quoted !== null && NOT_TRADING.has(quoted)) return { levels: [], reason: quoted }
  if (found === undefined || wasLeftOut(of, "orderbooks", found.slot * SECOND, time))
    return { levels: [], reason: quoted === null || quoted === "one_sided" ? "gap" : quoted }
  const why = ageReason(of, "orderbooks", found, question)
  if (why !== null) return { levels: [], reason: why }
  return {
    levels: [...ranked("ask", found.no), ...ranked("bid", found.yes)],
    reason: found.yes.length > 0 && found.no.length > 0 ? null : "one_sided"
  }
}

export const cost = (of: Universe, question: Question, outcome: "yes" | "no", contracts: number) => {
  const { levels, reason } = book(of, question)
  const met = levels
    .filter(({ side }) => side === (outcome === "yes" ? "ask" : "bid"))
    .map(({ price, size }) => ({ price: outcome === "yes" ? price : 100 - price, size }))
  const available = met.reduce((sum, { size }) => sum + size, 0)
  if (met.length === 0) return { dollars: null, reason }
  if (available < contracts) return { dollars: null, reason: "not_enough" }
  let missing = contracts
  let cents = 0
  for (const { price, size } of met) {
    const taken = Math.min(size, missing)
    cents += taken * price
    missing -= taken
  }
  return { dollars: cents / 100, reason: null }
}

interface Span {
  readonly begins: number
  readonly ends: number
}

/** Since when all was read up to a time, going back from span to span; infinite if the time is in no span. */
const readSince = (spans: ReadonlyArray<Span>, time: number): number => {
  const isIn = spans.some(({ begins, ends }) => begins <= time && time < ends)
  const back = (since: number): number => {
    const earlier = Math.min(since, ...spans.filter(({ ends }) => ends >= since).map(({ begins }) => begins))
    return earlier === since ? since : back(earlier)
  }
  return isIn ? back(time) : Number.POSITIVE_INFINITY
}

export const trade = (of: Universe, { maxAge, ticker, time }: Question) => {
  const made = of.trades.filter((one) => one.ticker === ticker && one.at <= time)
  const last = made.reduce<Trade | undefined>(
    (best, one) =>
      best === undefined || one.at > best.at || (one.at === best.at && one.id > best.id) ? one : best,
    undefined
  )
  const complete = of.runs.filter(({ feed, status }) => feed === "trades" && status === "complete")
  const tape: Span = {
    begins: Math.min(...complete.map(({ slot }) => slot * SECOND)),
    ends: Math.max(...complete.map(({ interval, slot }) => (slot + (interval ?? 0)) * SECOND))
  }
  const known = of.described.filter((one) => one.ticker === ticker)
  const filled = of.backfills.filter(({ by, tickers }) =>
    tickers === null ? by === "all" || known.length > 0 : tickers.includes(ticker)
  )
  const spans = filled
    .filter(({ isComplete }) => isComplete)
    .map(
      ({ from, slot, to }): Span => ({
        begins: from === null ? Number.NEGATIVE_INFINITY : from * SECOND,
        ends: Math.min(slot, to ?? slot) * SECOND
      })
    )
  const begins = readSince(complete.length === 0 ? spans : [tape, ...spans], time)
  const isOnTape = filled.length === 0 && complete.length > 0 && time < tape.ends
  const why = (): string | null => {
    if (last !== undefined) {
      if (maxAge !== undefined && time - last.at <= maxAge) return null
      if (last.at < begins && !isOnTape) return "gap"
      return maxAge === undefined ? null : "too_old"
    }
    if (known.length === 0) return "unknown_market"
    if (known.every(({ at }) => at > time)) return "not_yet_known"
    return known[0] !== undefined && known[0].openTime >= begins ? "empty" : "gap"
  }
  const reason = why()
  return { id: reason === null ? (last?.id ?? null) : null, reason }
}
