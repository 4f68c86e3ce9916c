/**
 * What a kind of series is: how many of the open markets it makes up, how long its events live, which tick grid it
 * trades on, and the words of its tickers, titles and rules.
 */

import type { Leg, SourceJson, StrikeType } from "../wire/wire.ts"
import type { Key, NonEmpty } from "./chance.ts"
import type { Us } from "./instant.ts"
import type { Structure } from "./ticks.ts"

/** What the words of an event and its markets may depend on. */
export interface EventFacts {
  readonly key: Key
  readonly seriesTicker: string
  /** What the series is about, as people say it: "NYC", "Bitcoin". */
  readonly subject: string
  /** Which of the series' parallel events this is. */
  readonly slot: number
  readonly generation: number
  readonly size: number
  readonly openUs: Us
  /** The scheduled close. */
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
  /** Share of the open markets; the last kind of the catalogue takes what the others leave. */
  readonly share: number
  /** Open markets wanted even in a small universe, up to a fiftieth of it. */
  readonly atLeast: number
  /** From the opening of one event of a lane to the opening of its next; also how long the event trades. */
  readonly periods: NonEmpty<Us>
  /** How long before its opening an event is created. */
  readonly lead: Us
  /** Fewest and most markets of one event. */
  readonly sizes: readonly [number, number]
  /** How many events of one series are open side by side. */
  readonly slots: number
  readonly grid: Structure
  /** Chance that a market closes before its scheduled time. */
  readonly closesEarly: number
  /** Usual seconds from determination to payout. */
  readonly timer: number
  readonly shard: number
  readonly frequency: string
  readonly mutuallyExclusive: boolean
  readonly combo: boolean
  /** Quotes that may move at every step of the quote grid, as those of crypto do. */
  readonly restless: boolean
  readonly tags: Array<string> | null
  readonly sources: Array<SourceJson> | null
  readonly subjects: NonEmpty<readonly [code: string, spoken: string]>
  readonly seriesTicker: (code: string) => string
  readonly seriesTitle: (spoken: string) => string
  /** What follows the series ticker and the dash. */
  readonly eventCode: (facts: EventFacts) => string
  /** What follows the event ticker and the dash; distinct within an event. */
  readonly marketCode: (facts: EventFacts, place: number) => string
  readonly eventWords: (facts: EventFacts) => EventWords
  readonly marketWords: (facts: EventFacts, place: number) => MarketWords
}
