/** What the exchange takes in one request (it refuses more with 400 or 414), and what an answer of it can be. */

/** Of `/markets/candlesticks`, over all its tickers: tickers × periods. */
const CANDLES_MAX = 10_000

/** Both ends of a slice of candles belong to it, and a day of New York may be an hour short. */
const SPARE_PERIODS = 2

/** How many periods of so many tickers fit into one request for candles. */
export const periodsMax = (tickers: number): number => Math.floor(CANDLES_MAX / tickers) - SPARE_PERIODS

/**
 * Bytes of a body, unpacked. A page of 1,000 markets is 2 to 4 MB (2026); sixteen times that is no page of this
 * exchange.
 */
const BODY_BYTES_MAX = 64_000_000

/** `/series` comes in one body, 18 MB in September 2026. */
const SERIES_BODY_BYTES_MAX = 200_000_000

/** How many bytes the body of an answer may have, by the route template of its request. */
export const bodyBytesMax = (endpoint: string): number =>
  endpoint === "GET /series" ? SERIES_BODY_BYTES_MAX : BODY_BYTES_MAX
