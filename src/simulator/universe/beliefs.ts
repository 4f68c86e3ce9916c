/**
 * The value, between 0 and 1, that traders give to YES. The outcome is drawn at the opening odds, and each
 * move of the quote adds evidence of it by Bayes' rule. Prices are therefore calibrated: of the markets that
 * stand at 30 cents at any time, 30 in 100 end in yes, and the prices of mutually exclusive markets always
 * add up to one dollar.
 */
import { type Key, mix, unit } from "./chance.ts"

/**
 * Returns the opening odds of a market that does not depend on others. Most are long shots, and a few are
 * nearly certain.
 */
export const oddsAlone = (key: Key): number => 0.005 + 0.99 * unit(key, 30) ** 3.1

/**
 * Returns the opening odds of mutually exclusive markets, which add up to 1: a bell curve around one place of
 * the ladder, and a small part for every place.
 */
export const oddsAmong = (key: Key, size: number): ReadonlyArray<number> => {
  const middle = unit(key, 31) * size - 0.5
  const width = 0.4 + unit(key, 32) * (size / 3)
  const bell = Array.from({ length: size }, (_, place) => Math.exp(-(((place - middle) / width) ** 2) / 2))
  const sum = bell.reduce((all, one) => all + one, 0)
  return bell.map((one) => 0.98 * (one / sum) + 0.02 / size)
}

/** Returns the place that is drawn from the odds by `chance`, a number in [0, 1). */
export const drawnFrom = (odds: ReadonlyArray<number>, chance: number): number => {
  let left = chance
  for (const [place, one] of odds.entries()) {
    if (left < one) return place
    left -= one
  }
  return odds.length - 1
}

/**
 * Returns the variance of the evidence after a share `done` of the market's life. Most of the evidence comes
 * shortly before the close.
 */
export const knownBy = (done: number): number => 0.4 * done + 40 * done ** 8

/**
 * The components of the evidence's noise. `span` is the number of moves between two random values, and
 * `share` is the component's share of the variance.
 */
const NEWS: ReadonlyArray<readonly [span: number, share: number]> = [
  [128, 0.6],
  [24, 0.3],
  [5, 0.1]
]

const normal = (key: Key, nth: number): number =>
  Math.sqrt(-2 * Math.log(1 - unit(mix(key, 1), nth))) * Math.cos(2 * Math.PI * unit(mix(key, 2), nth))

/**
 * Returns noise that is normally distributed with variance 1 at every move, and changes little from one move
 * to the next.
 */
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

/** Returns the belief in a market that does not depend on others, given the evidence after `moves` moves. */
export const beliefAlone = (odds: number, truth: boolean, key: Key, moves: number, known: number): number => {
  const evidence = (truth ? known : -known) / 2 + Math.sqrt(known) * noiseAt(mix(key, 33), moves)
  return 1 / (1 + ((1 - odds) / odds) * Math.exp(-evidence))
}

/**
 * Returns the beliefs in mutually exclusive markets, given the evidence after `moves` moves. `winner` is the
 * place that ends in yes.
 */
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
