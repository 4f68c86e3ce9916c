/**
 * Limits of the exchange: how much one request may ask for (a larger one is refused with 400 or 414), and how
 * large an answer can be.
 */

/** Of `/markets/candlesticks`, over all its tickers: tickers × periods. */
const CANDLES_MAX = 10_000

/** Both ends of a slice of candles belong to it, and a day of New York may be an hour short. */
const SPARE_PERIODS = 2

/** How many periods of so many tickers fit into one request for candles. */
export const periodsMax = (tickers: number): number => Math.floor(CANDLES_MAX / tickers) - SPARE_PERIODS

/**
 * The largest body of an answer, in bytes after decompression. A page of 1,000 markets takes 2 to 4 MB
 * (2026); the limit is sixteen times that.
 */
const BODY_BYTES_MAX = 64_000_000

/**
 * The largest body of `/series`, in bytes. The exchange sends all series in one body, of 18 MB in September
 * 2026.
 */
const SERIES_BODY_BYTES_MAX = 200_000_000

/**
 * Returns the largest size in bytes that the body of an answer may have, for the route template of its
 * request.
 */
export const bodyBytesMax = (endpoint: string): number =>
  endpoint === "GET /series" ? SERIES_BODY_BYTES_MAX : BODY_BYTES_MAX
