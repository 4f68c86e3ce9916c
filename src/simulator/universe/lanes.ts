/**
 * Lanes: the universe is a fixed set of lanes, and each lane is an endless row of events, one opening when
 * the one before it closes. The number of open markets therefore stays constant, and the events of a lane at
 * any time follow by arithmetic, without a history.
 */
import type { Bias } from "./bias.ts"
import { at, type Key, letters, mix, whole } from "./chance.ts"
import { COMBOS } from "./combos.ts"
import { DAY, MINUTE, type Us } from "./instant.ts"
import type { Kind } from "./kind.ts"
import { CRYPTO_15M, CRYPTO_DAILY, CRYPTO_HOURLY, ECONOMY, INDEX_WEEKLY, WEATHER } from "./ladders.ts"
import { GAMES, MENTIONS, PROPS } from "./names.ts"

export interface Series {
  readonly key: Key
  readonly kind: Kind
  readonly ticker: string
  readonly subject: string
  readonly lanes: Array<Lane>
}

export interface Lane {
  readonly key: Key
  readonly kind: Kind
  readonly series: Series
  readonly track: number
  readonly size: number
  readonly period: Us
  /** The opening of generation 0; generation g opens at phase + g * period. */
  readonly phase: Us
  readonly bias: Bias | undefined
}

/** The catalogue of kinds. The last one takes the markets that the others leave. */
const KINDS: ReadonlyArray<Kind> = [
  CRYPTO_15M,
  CRYPTO_HOURLY,
  CRYPTO_DAILY,
  WEATHER,
  INDEX_WEEKLY,
  ECONOMY,
  GAMES,
  PROPS,
  MENTIONS
]

const wanted = (kind: Kind, markets: number): number =>
  Math.round(Math.max(kind.share * markets, Math.min(kind.atLeast, markets / 50)))

const seriesAt = (kind: Kind, key: Key, index: number): Series => {
  const [code, subject] = at(kind.subjects, index)
  const round = Math.floor(index / kind.subjects.length)
  return {
    key: mix(key, index),
    kind,
    // Further series of a kind, beyond its known names, have made-up codes.
    ticker: kind.seriesTicker(round === 0 ? code : `${code}${letters(round)}`),
    subject,
    lanes: []
  }
}

const lay = (kind: Kind, kindKey: Key, markets: number, bias: Bias | undefined): ReadonlyArray<Series> => {
  const made: Array<Series> = []
  for (let left = markets, n = 0; left > 0; n++) {
    const track = n % kind.tracks
    if (track === 0) made.push(seriesAt(kind, kindKey, made.length))
    const series = made[made.length - 1]
    if (series === undefined) break
    const key = mix(series.key, track)
    const size = Math.min(left, whole(key, 1, kind.sizes[0], kind.sizes[1]))
    const period = at(kind.periods, mix(key, 2))
    // Events shorter than a day open at whole multiples of their period (12:00, 12:15, …), longer ones at any
    // minute.
    const phase = period < DAY ? 0 : whole(key, 3, 0, period / MINUTE - 1) * MINUTE
    series.lanes.push({ key, kind, series, track, size, period, phase, bias })
    left -= size
  }
  return made
}

/** Returns all series with their lanes, for a number of open markets and a few combos on top. */
export const layLanes = (seed: number, markets: number, bias?: Bias): ReadonlyArray<Series> => {
  const root = mix(seed >>> 0, 0x6b616c)
  const all: Array<Series> = []
  let left = markets
  KINDS.forEach((kind, n) => {
    const count = n === KINDS.length - 1 ? left : Math.min(left, wanted(kind, markets))
    left -= count
    for (const series of lay(kind, mix(root, n), count, bias)) all.push(series)
  })
  for (const series of lay(COMBOS, mix(root, KINDS.length), wanted(COMBOS, markets), bias)) all.push(series)
  return all
}

/** Returns the generation that is scheduled to be open at this time. */
export const generationAt = (lane: Lane, at: Us): number => Math.floor((at - lane.phase) / lane.period)

export const opensAt = (lane: Lane, generation: number): Us => lane.phase + generation * lane.period

/**
 * Returns the creation time of the events of a generation: its lead before the opening, with a random part in
 * microseconds.
 */
export const createdAt = (lane: Lane, generation: number): Us =>
  opensAt(lane, generation) -
  Math.min(lane.kind.lead, lane.period / 2) -
  whole(mix(lane.key, generation), 4, 1, 5 * MINUTE)
