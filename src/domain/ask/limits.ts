/**
 * Limits of the exchange: how much one request may ask for (a larger one is refused with 400 or 414), and how
 * large an answer can be.
 */

/** The number of candles in a request to `/markets/candlesticks`: tickers times periods. */
const CANDLES_MAX = 10_000

/** Periods to spare: both ends of a slice belong to it, and a day of New York may be an hour short. */
const SPARE_PERIODS = 2

/** Returns the number of periods that a request for the candles of this many tickers may cover. */
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
