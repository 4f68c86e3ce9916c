/**
 * Names that both sides of the log use: the feeds that write an observation under a name, and the projections
 * that select observations by it.
 */

/** The feed that lists the open markets. Its listings, and those of `combos`, become rows of `price_snapshots`. */
export const MARKETS_FEED = "markets"

export const COMBOS_FEED = "combos"

/** The path whose answer says where the live tier ends and the historical tier begins. */
export const TIER_BOUNDARY_PATH = "/historical/cutoff"

export const TIER_BOUNDARY = `GET ${TIER_BOUNDARY_PATH}`

/**
 * The longest name that is read, stored and put into a request. The longest known names, those of combos, have
 * about 100 characters. A much longer name would make every request that contains it fail.
 */
export const NAME_CHARS_MAX = 256
