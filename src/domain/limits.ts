/** What the exchange takes in one request; it refuses more with 400 or 414. */

/** Longer lists of tickers are refused, or make a URL that is. */
export const TICKERS_MAX = 100

/** Of `/markets/candlesticks`, over all its tickers: tickers × periods. */
const CANDLES_MAX = 10_000

/** Both ends of a slice of candles belong to it, and a day of New York may be an hour short. */
const SPARE_PERIODS = 2

/** How many periods of so many tickers fit into one request for candles. */
export const periodsMax = (tickers: number): number => Math.floor(CANDLES_MAX / tickers) - SPARE_PERIODS
