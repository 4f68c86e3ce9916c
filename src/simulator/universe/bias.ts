/**
 * A bias of all prices, for recordings in which a bias is to be found. Without one, prices are the probability of YES.
 * With one, Y − P = α + ψP on average, where P is the price and Y is 100 for YES and 0 for NO.
 */
export interface Bias {
  /** In cents. */
  readonly alpha: number
  readonly psi: number
}

/** Returns the price, in dollars, at which a market of this probability stands. */
export const biasedPrice = (probability: number, { alpha, psi }: Bias): number =>
  (probability - alpha / 100) / (1 + psi)
