/**
 * The probability that a quote states, from 0 to 1: the middle between bid and ask of YES, where an empty side counts
 * as its bound. A bid of 0 is an empty side and an ask of 100 is one, as the exchange sends them, so a longshot that
 * nobody bids for has a probability, and no midpoint. Of a quote with two empty sides, or with a side that was not
 * sent, nothing is known.
 */

/** The type of a probability in DuckDB: half of two prices of four digits, in hundredths, has seven digits. */
export const PROBABILITY_TYPE = "DECIMAL(8,7)"

/** Returns the SQL of the probability of a quote of YES in cents. */
export const probabilityOf = (bid: string, ask: string): string =>
  `CASE WHEN ${bid} > 0 OR ${ask} < 100 THEN ((${bid} + ${ask}) * 0.005)::${PROBABILITY_TYPE} END`

/** The description of a column of probabilities. */
export const PROBABILITY_ABOUT =
  "(bid + ask) / 2 of YES, from 0 to 1, where an empty bid counts 0 and an empty ask 100 cents; NULL if both sides are empty or one was not sent"
