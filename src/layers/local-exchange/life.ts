/**
 * The story of one event and of each of its markets, told in full at once: when it is created, opens, pauses,
 * closes, is determined, disputed, paid. A function of the lane and the generation alone; what is visible at a
 * time follows by comparing.
 */
import { type Key, mix, unit, whole } from "./chance.ts"
import { DAY, HOUR, MINUTE, QUOTE_GRID, SECOND, type Us } from "./instant.ts"
import type { EventFacts } from "./kind.ts"
import { createdAt, type Lane, opensAt } from "./lanes.ts"
import { NO_ASK, type Price } from "./ticks.ts"
import type { MarketResult, MarketStatus } from "./wire.ts"

export interface EventStory {
  readonly lane: Lane
  readonly key: Key
  readonly ticker: string
  readonly facts: EventFacts
  readonly createdUs: Us
  readonly markets: ReadonlyArray<MarketStory>
}

export interface MarketStory {
  readonly event: EventStory
  readonly key: Key
  readonly place: number
  readonly ticker: string
  readonly createdUs: Us
  readonly openUs: Us
  /** The close as announced at first. */
  readonly listedCloseUs: Us
  /** From when another close is announced: the actual close if that came early, else when it was put off. */
  readonly movedUs: Us
  readonly closeUs: Us
  /** An empty span when the market is never paused. */
  readonly pausedFromUs: Us
  readonly pausedUntilUs: Us
  readonly finalizedUs: Us
  readonly settlement: Settlement
  readonly firstResult: Outcome
  readonly outcome: Outcome
  /** The quote may move each time so long has passed; never, if infinite. */
  readonly pace: Us
  readonly combo: boolean
}

export interface Settlement {
  readonly determinedUs: Us
  /** This and the next are `finalizedUs` when nobody disputes the result. */
  readonly disputedUs: Us
  readonly amendedUs: Us
  readonly finalizedUs: Us
  readonly timerSeconds: number
}

export interface Outcome {
  readonly result: MarketResult
  /** Payout of one YES. */
  readonly value: Price
}

/** No market of the lane is unsettled longer than this after its scheduled close: put off, delayed, disputed. */
export const longestAfterlife = (lane: Lane): Us => (lane.period < DAY ? DAY : 2 * DAY)

/** Close to settlement on the exchange (25,000 settlements, 2026): least, p10, median, p90, most; seconds. */
const DELAYS: ReadonlyArray<readonly [share: number, seconds: number]> = [
  [0, 6],
  [0.1, 136],
  [0.5, 359],
  [0.9, 3798],
  [1, 69_480]
]

const delay = (key: Key): Us => {
  const u = unit(key, 11)
  for (let n = 1; n < DELAYS.length; n++) {
    const [low, high] = [DELAYS[n - 1], DELAYS[n]]
    if (low === undefined || high === undefined || u > high[0]) continue
    const along = (u - low[0]) / (high[0] - low[0])
    return Math.floor(low[1] * (high[1] / low[1]) ** along * SECOND) + whole(key, 12, 1, 999_999)
  }
  return HOUR
}

const TIMERS = [3600, 1800, 600, 300, 60, 1] as const

const paceOf = (lane: Lane, key: Key): Us => {
  if (lane.kind.restless) return QUOTE_GRID
  const u = unit(key, 13)
  if (u < 0.02) return MINUTE
  if (u < 0.04) return 10 * MINUTE
  if (u < 0.1) return 2 * HOUR
  return u < 0.35 ? 12 * HOUR : Number.POSITIVE_INFINITY
}

const YES: Outcome = { result: "yes", value: NO_ASK }
const NO: Outcome = { result: "no", value: 0 }

/** How likely a market ends in yes, which is also what it trades around. Most are long shots, a few near certain. */
export const chanceOf = (key: Key): number => 0.005 + 0.99 * unit(key, 30) ** 3.1

/** Markets that trade around 30 cents end in yes 30 times in a hundred: a recording of them is calibrated. */
const outcomeOf = (key: Key): Outcome => {
  if (unit(key, 14) < 0.02) return { result: "scalar", value: whole(key, 15, 100, 9900) }
  return unit(key, 44) < chanceOf(key) ? YES : NO
}

/** The actual close and from when it is the one announced. */
const closing = (lane: Lane, key: Key, openUs: Us, listed: Us) => {
  const life = listed - openUs
  const u = unit(key, 16)
  if (u < lane.kind.closesEarly) {
    const closeUs = listed - Math.floor(life * 0.12 * unit(key, 17))
    return { closeUs, movedUs: closeUs }
  }
  if (u > 0.99 && life >= DAY) {
    return { closeUs: listed + whole(key, 17, 1, 24) * HOUR, movedUs: listed - Math.floor(life / 10) }
  }
  return { closeUs: listed, movedUs: listed }
}

/** The longest usual timer that ends well before the payout. */
const timerWithin = (usual: number, total: Us): number => {
  if (usual * SECOND < 0.8 * total) return usual
  for (const seconds of TIMERS) if (seconds < usual && seconds * SECOND < 0.8 * total) return seconds
  return 1
}

class Event implements EventStory {
  readonly ticker: string
  readonly createdUs: Us
  #markets: ReadonlyArray<MarketStory> | undefined

  constructor(
    readonly lane: Lane,
    readonly key: Key,
    readonly facts: EventFacts
  ) {
    this.ticker = `${lane.series.ticker}-${lane.kind.eventCode(facts)}`
    this.createdUs = createdAt(lane, facts.generation)
  }

  get markets(): ReadonlyArray<MarketStory> {
    this.#markets ??= Array.from({ length: this.lane.size }, (_, place) => new Market(this, place))
    return this.#markets
  }
}

/** A dispute stops the timer, and the amended result starts it anew. */
const settlementOf = (usualTimer: number, key: Key, closeUs: Us): Settlement => {
  const total = delay(key)
  const timerSeconds = timerWithin(usualTimer, total)
  const paidUs = closeUs + total
  const determinedUs = paidUs - timerSeconds * SECOND
  if (!isDisputed(key)) {
    return { determinedUs, disputedUs: paidUs, amendedUs: paidUs, finalizedUs: paidUs, timerSeconds }
  }
  const disputedUs = determinedUs + Math.floor((timerSeconds * SECOND) / 3)
  const amendedUs = disputedUs + whole(key, 19, 5, 120) * MINUTE
  return { determinedUs, disputedUs, amendedUs, finalizedUs: amendedUs + timerSeconds * SECOND, timerSeconds }
}

const isDisputed = (key: Key): boolean => unit(key, 18) < 0.01

/** Keeps what every listing compares and works out the rest when asked: there are hundreds of thousands of these. */
class Market implements MarketStory {
  readonly key: Key
  readonly closeUs: Us
  readonly movedUs: Us
  readonly finalizedUs: Us
  #ticker: string | undefined

  constructor(
    readonly event: EventStory,
    readonly place: number
  ) {
    const { facts, lane } = event
    this.key = mix(event.key, 1000 + place)
    const { closeUs, movedUs } = closing(lane, this.key, facts.openUs, facts.closeUs)
    this.closeUs = closeUs
    this.movedUs = movedUs
    this.finalizedUs = this.settlement.finalizedUs
  }

  get ticker(): string {
    this.#ticker ??= `${this.event.ticker}-${this.event.lane.kind.marketCode(this.event.facts, this.place)}`
    return this.#ticker
  }

  /** Markets of one event are created one after another, some milliseconds apart. */
  get createdUs(): Us {
    return this.event.createdUs + this.place * 4000 + (this.key % 4000)
  }

  get openUs(): Us {
    return this.event.facts.openUs
  }

  get listedCloseUs(): Us {
    return this.event.facts.closeUs
  }

  get pausedFromUs(): Us {
    if (unit(this.key, 20) >= 0.01) return this.closeUs
    return this.openUs + Math.floor((this.closeUs - this.openUs) * (0.1 + 0.7 * unit(this.key, 21)))
  }

  get pausedUntilUs(): Us {
    return this.pausedFromUs + Math.floor((this.closeUs - this.pausedFromUs) / 2)
  }

  get settlement(): Settlement {
    return settlementOf(this.event.lane.kind.timer, this.key, this.closeUs)
  }

  get outcome(): Outcome {
    return outcomeOf(this.key)
  }

  get firstResult(): Outcome {
    if (!isDisputed(this.key) || unit(this.key, 22) >= 0.5) return this.outcome
    return this.outcome === YES ? NO : YES
  }

  get pace(): Us {
    return paceOf(this.event.lane, this.key)
  }

  get combo(): boolean {
    return this.event.lane.kind.combo
  }
}

export const eventOf = (lane: Lane, generation: number): EventStory => {
  const key = mix(lane.key, 7_000_003 + generation)
  const openUs = opensAt(lane, generation)
  return new Event(lane, key, {
    key,
    seriesTicker: lane.series.ticker,
    subject: lane.series.subject,
    slot: lane.slot,
    generation,
    size: lane.size,
    openUs,
    closeUs: openUs + lane.period
  })
}

/** The status at a time, which must not be before the market's creation. */
export const statusAt = (market: MarketStory, at: Us): MarketStatus => {
  if (at < market.openUs) return "initialized"
  if (at < market.closeUs) {
    return at >= market.pausedFromUs && at < market.pausedUntilUs ? "inactive" : "active"
  }
  if (at >= market.finalizedUs) return "finalized"
  const { amendedUs, determinedUs, disputedUs } = market.settlement
  if (at < determinedUs) return "closed"
  if (at < disputedUs) return "determined"
  return at < amendedUs ? "disputed" : "amended"
}

/** An opening is noted, and the orders that waited for it are traded, so long after it. */
export const OPENING: Us = 714_000

/** The moments at which something other than trading changed by now. */
const changesBy = (market: MarketStory, at: Us): ReadonlyArray<Us> => {
  const { closeUs, movedUs, openUs, pausedFromUs, pausedUntilUs } = market
  const trading = [openUs, openUs + OPENING, pausedFromUs, pausedUntilUs, movedUs, closeUs]
  if (at < closeUs) return trading.filter((moment) => moment <= at)
  const { amendedUs, determinedUs, disputedUs, finalizedUs } = market.settlement
  return [...trading, determinedUs, disputedUs, amendedUs, finalizedUs].filter((moment) => moment <= at)
}

/** How many changes there were: while this stays the same, so does everything but the quote. */
export const turnsAt = (market: MarketStory, at: Us): number => changesBy(market, at).length

/** When something other than trading last changed: the `updated_time`. */
export const updatedAt = (market: MarketStory, at: Us): Us =>
  Math.max(market.createdUs, ...changesBy(market, at))

/** The close that is announced at a time. */
export const announcedClose = (market: MarketStory, at: Us): Us =>
  at >= market.movedUs ? market.closeUs : market.listedCloseUs
