/** Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of R). */
import { at } from "./sample.ts"

/** Returns the quantile of values in ascending order; NaN if there are none. */
export const quantile = (ascending: ArrayLike<number>, share: number): number => {
  if (ascending.length === 0) return Number.NaN
  const place = share * (ascending.length - 1)
  const below = Math.floor(place)
  const low = at(ascending, below)
  return place === below ? low : low + (place - below) * (at(ascending, below + 1) - low)
}
