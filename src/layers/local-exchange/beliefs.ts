/**
 * What YES is held to be worth. The outcome is drawn at the odds of the opening, and each move of the quote brings
 * evidence of it that is weighed by Bayes' rule. So a price is calibrated by design: of the markets at 30 cents,
 * at any time of their lives, 30 in 100 end in yes; and what excludes each other adds up to a dollar at any time.
 */
import { type Key, mix, unit } from "./chance.ts"

/** The odds of a market by itself. Most are long shots, a few near certain. */
export const oddsAlone = (key: Key): number => 0.005 + 0.99 * unit(key, 30) ** 3.1

/** Odds of which exactly one comes true: a bell around a place of the ladder, and something for each place. */
export const oddsAmong = (key: Key, size: number): ReadonlyArray<number> => {
  const middle = unit(key, 31) * size - 0.5
  const width = 0.4 + unit(key, 32) * (size / 3)
  const bell = Array.from({ length: size }, (_, place) => Math.exp(-(((place - middle) / width) ** 2) / 2))
  const sum = bell.reduce((all, one) => all + one, 0)
  return bell.map((one) => 0.98 * (one / sum) + 0.02 / size)
}

/** The place that a number in [0, 1) falls on. */
export const drawnFrom = (odds: ReadonlyArray<number>, chance: number): number => {
  let left = chance
  for (const [place, one] of odds.entries()) {
    if (left < one) return place
    left -= one
  }
  return odds.length - 1
}

/** How much is known by a share of the life: the variance of the evidence. Nearly all comes before the close. */
export const knownBy = (done: number): number => 0.4 * done + 40 * done ** 8

/** Moves from one piece of news to the next, and how much of the variance is theirs. */
const NEWS: ReadonlyArray<readonly [span: number, share: number]> = [
  [128, 0.6],
  [24, 0.3],
  [5, 0.1]
]

const normal = (key: Key, nth: number): number =>
  Math.sqrt(-2 * Math.log(1 - unit(mix(key, 1), nth))) * Math.cos(2 * Math.PI * unit(mix(key, 2), nth))

/** Normal with a variance of one at every move, and much the same from move to move. */
const noiseAt = (key: Key, moves: number): number => {
  let noise = 0
  for (const [span, share] of NEWS) {
    const left = Math.floor(moves / span)
    const along = moves / span - left
    const own = mix(key, span)
    const between = (1 - along) * normal(own, left) + along * normal(own, left + 1)
    noise += Math.sqrt(share / ((1 - along) ** 2 + along ** 2)) * between
  }
  return noise
}

/** The odds of one, given the evidence. */
export const beliefAlone = (odds: number, truth: boolean, key: Key, moves: number, known: number): number => {
  const evidence = (truth ? known : -known) / 2 + Math.sqrt(known) * noiseAt(mix(key, 33), moves)
  return 1 / (1 + ((1 - odds) / odds) * Math.exp(-evidence))
}

/** The odds of all, given the evidence of which is `winner`. */
export const beliefsAmong = (
  odds: ReadonlyArray<number>,
  winner: number,
  key: Key,
  moves: number,
  known: number
): ReadonlyArray<number> => {
  const weights = odds.map((one, place) => {
    const evidence = Math.sqrt(known / 2) * noiseAt(mix(key, 500 + place), moves)
    return one * Math.exp(evidence + (place === winner ? known / 2 : 0))
  })
  const sum = weights.reduce((all, one) => all + one, 0)
  return weights.map((one) => one / sum)
}
