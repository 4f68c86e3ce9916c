/**
 * The life of one event and of each of its markets: when it is created, opens, pauses, closes, is determined,
 * disputed and paid. It is a function of the lane and the generation alone; the state at a time follows by
 * comparison.
 */

import type { MarketResult } from "../wire/wire.ts"
import { beliefAlone, beliefsAmong, drawnFrom, knownBy, oddsAlone, oddsAmong } from "./beliefs.ts"
import { biasedPrice } from "./bias.ts"
import { type Key, mix, unit, whole } from "./chance.ts"
import { DAY, HOUR, MINUTE, QUOTE_GRID, type Us } from "./instant.ts"
import type { EventFacts } from "./kind.ts"
import { createdAt, type Lane, opensAt } from "./lanes.ts"
import { lastMove } from "./moves.ts"
import { isDisputed, type Settlement, settlementOf } from "./settlement.ts"
import { NO_ASK, type Price } from "./ticks.ts"

export interface EventStory {
  readonly lane: Lane
  readonly key: Key
  readonly ticker: string
  readonly facts: EventFacts
  readonly createdUs: Us
  /** True if exactly one of the event's markets ends in yes. Such markets move, pause and close together. */
  readonly exclusive: boolean
  readonly markets: ReadonlyArray<MarketStory>
}

export interface MarketStory {
  readonly event: EventStory
  readonly key: Key
  /**
   * The key that decides what the markets of an exclusive event have in common. Any other market has its own
   * key here.
   */
  readonly luck: Key
  readonly place: number
  readonly ticker: string
  readonly createdUs: Us
  readonly openUs: Us
  /** The close as it was first announced. */
  readonly listedCloseUs: Us
  /**
   * The time from which another close is announced: the actual close if that is early, otherwise the time at
   * which the close was put off.
   */
  readonly movedUs: Us
  readonly closeUs: Us
  /** The pause of the market; an empty period if it is never paused. */
  readonly pausedFromUs: Us
  readonly pausedUntilUs: Us
  readonly finalizedUs: Us
  readonly settlement: Settlement
  readonly firstResult: Outcome
  readonly outcome: Outcome
  /** The shortest time between two moves of the quote. Infinite if the quote never moves. */
  readonly pace: Us
  readonly combo: boolean
  /** Returns the fair price of YES, in dollars, after a number of moves of the quote. */
  readonly fairAfter: (moves: number) => number
}

export interface Outcome {
  readonly result: MarketResult
  /** The payout of one YES contract. */
  readonly value: Price
}

/**
 * Returns the longest time from the scheduled close of a market of the lane to its settlement, postponements,
 * delays and disputes included.
 */
export const longestAfterlife = (lane: Lane): Us => (lane.period < DAY ? DAY : 2 * DAY)

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

/** The share of independent markets that are called off, and settle at a fair price. */
const CALLED_OFF = 0.03

/** Returns the actual close, and the time from which it is the announced one. */
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

class Event implements EventStory {
  readonly ticker: string
  readonly createdUs: Us
  readonly exclusive: boolean
  #markets: ReadonlyArray<MarketStory> | undefined
  #odds: ReadonlyArray<number> | undefined
  #believed: { readonly moves: number; readonly worth: ReadonlyArray<number> } | undefined

  constructor(
    readonly lane: Lane,
    readonly key: Key,
    readonly facts: EventFacts
  ) {
    this.ticker = `${lane.series.ticker}-${lane.kind.eventCode(facts)}`
    this.createdUs = createdAt(lane, facts.generation)
    this.exclusive = lane.kind.mutuallyExclusive && lane.size > 1
  }

  /** The opening odds of the markets of an exclusive event. */
  get odds(): ReadonlyArray<number> {
    this.#odds ??= oddsAmong(this.key, this.lane.size)
    return this.#odds
  }

  get winner(): number {
    return drawnFrom(this.odds, unit(this.key, 44))
  }

  /**
   * Returns the beliefs in all markets of an exclusive event. The last result is cached, because the markets
   * are asked for one after another and move together.
   */
  believedAfter(moves: number, known: number): ReadonlyArray<number> {
    if (this.#believed?.moves !== moves) {
      this.#believed = { moves, worth: beliefsAmong(this.odds, this.winner, this.key, moves, known) }
    }
    return this.#believed.worth
  }

  get markets(): ReadonlyArray<MarketStory> {
    this.#markets ??= Array.from({ length: this.lane.size }, (_, place) => new Market(this, place))
    return this.#markets
  }
}

/** The bounds, in dollars, of the value of YES: an outcome that is certain still has a price. */
const [WORTH_MIN, WORTH_MAX] = [0.001, 0.999]

/**
 * One market. It stores what every listing compares and computes the rest on demand, because there are
 * hundreds of thousands of markets.
 */
class Market implements MarketStory {
  readonly key: Key
  readonly luck: Key
  readonly closeUs: Us
  readonly movedUs: Us
  readonly finalizedUs: Us
  #ticker: string | undefined

  constructor(
    readonly event: Event,
    readonly place: number
  ) {
    const { facts, lane } = event
    this.key = mix(event.key, 1000 + place)
    this.luck = event.exclusive ? event.key : this.key
    const { closeUs, movedUs } = closing(lane, this.luck, facts.openUs, facts.closeUs)
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
    if (unit(this.luck, 20) >= 0.01) return this.closeUs
    return this.openUs + Math.floor((this.closeUs - this.openUs) * (0.1 + 0.7 * unit(this.luck, 21)))
  }

  get pausedUntilUs(): Us {
    return this.pausedFromUs + Math.floor((this.closeUs - this.pausedFromUs) / 2)
  }

  get settlement(): Settlement {
    return settlementOf(this.event.lane.kind.timer, this.key, this.luck, this.closeUs)
  }

  get outcome(): Outcome {
    if (!this.event.exclusive && unit(this.key, 14) < CALLED_OFF) {
      return {
        result: "scalar",
        value: Math.min(9900, Math.max(100, Math.round(this.#lastWorth * 100) * 100))
      }
    }
    return this.#truth ? YES : NO
  }

  get firstResult(): Outcome {
    if (!isDisputed(this.luck) || unit(this.luck, 22) >= 0.5) return this.outcome
    const { event, place } = this
    if (event.exclusive) return place === (event.winner + 1) % event.lane.size ? YES : NO
    return this.outcome === YES ? NO : YES
  }

  get pace(): Us {
    return paceOf(this.event.lane, this.luck)
  }

  fairAfter(moves: number): number {
    const worth = this.#worthAfter(moves)
    const { bias } = this.event.lane
    return Math.min(WORTH_MAX, Math.max(WORTH_MIN, bias === undefined ? worth : biasedPrice(worth, bias)))
  }

  /** True if the market ends in yes, unless it is called off. */
  get #truth(): boolean {
    const { event, key, place } = this
    return event.exclusive ? place === event.winner : unit(key, 44) < oddsAlone(key)
  }

  #worthAfter(moves: number): number {
    const { event, key, place } = this
    const done = moves === 0 ? 0 : Math.min(1, (moves * this.pace) / (this.closeUs - this.openUs))
    if (!event.exclusive) return beliefAlone(oddsAlone(key), this.#truth, key, moves, knownBy(done))
    return event.believedAfter(moves, knownBy(done))[place] ?? 0
  }

  get #lastWorth(): number {
    return this.#worthAfter(lastMove(this))
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
    track: lane.track,
    generation,
    size: lane.size,
    openUs,
    closeUs: openUs + lane.period
  })
}
