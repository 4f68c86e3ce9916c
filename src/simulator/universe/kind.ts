/**
 * A kind of series: its share of the open markets, the life time of its events, its tick grid, and the words
 * of its tickers, titles and rules.
 */

import type { Leg, SourceJson, StrikeType } from "../wire/wire.ts"
import type { Key, NonEmpty } from "./chance.ts"
import type { Us } from "./instant.ts"
import type { Structure } from "./ticks.ts"

/** The facts on which the words of an event and of its markets may depend. */
export interface EventFacts {
  readonly key: Key
  readonly seriesTicker: string
  /** The subject of the series in plain words: "NYC", "Bitcoin". */
  readonly subject: string
  /** The index of the event among the series' parallel events. */
  readonly track: number
  readonly generation: number
  readonly size: number
  readonly openUs: Us
  /** The scheduled close of the event. */
  readonly closeUs: Us
}

export interface EventWords {
  readonly title: string
  readonly subTitle: string
  readonly rulesSecondary: string
  readonly earlyClose: string
}

export interface MarketWords {
  readonly title: string
  readonly yesSubTitle: string
  readonly rulesPrimary: string
  readonly strikeType: StrikeType
  readonly floorStrike?: number
  readonly capStrike?: number
  readonly customStrike?: Readonly<Record<string, string>>
  readonly legs?: Array<Leg>
}

export interface Kind {
  readonly name: string
  readonly category: string
  /** The kind's share of the open markets. The last kind of the catalogue takes the rest. */
  readonly share: number
  /** The number of open markets of this kind even in a small universe, up to a fiftieth of it. */
  readonly atLeast: number
  /**
   * The time from the opening of one event of a lane to the opening of the next, which is also how long an
   * event trades.
   */
  readonly periods: NonEmpty<Us>
  /** The time from the creation of an event to its opening. */
  readonly lead: Us
  /** The smallest and the largest number of markets of one event. */
  readonly sizes: readonly [number, number]
  /** The number of events of one series that are open at the same time. */
  readonly tracks: number
  readonly grid: Structure
  /** The probability that a market closes before its scheduled time. */
  readonly closesEarly: number
  /** The usual time from determination to payout, in seconds. */
  readonly timer: number
  readonly shard: number
  readonly frequency: string
  readonly mutuallyExclusive: boolean
  readonly combo: boolean
  /** True if the quotes may move at every step of the quote grid, as those of crypto markets do. */
  readonly restless: boolean
  readonly tags: Array<string> | null
  readonly sources: Array<SourceJson> | null
  readonly subjects: NonEmpty<readonly [code: string, spoken: string]>
  readonly seriesTicker: (code: string) => string
  readonly seriesTitle: (spoken: string) => string
  /** Returns the part of the event's ticker after the series ticker and the dash. */
  readonly eventCode: (facts: EventFacts) => string
  /**
   * Returns the part of the market's ticker after the event's ticker and the dash. It is distinct within an
   * event.
   */
  readonly marketCode: (facts: EventFacts, place: number) => string
  readonly eventWords: (facts: EventFacts) => EventWords
  readonly marketWords: (facts: EventFacts, place: number) => MarketWords
}
