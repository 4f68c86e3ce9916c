/** When trading in a market really ended. */

/** The statuses of a market whose trading has ended. */
export const ENDED = ["closed", "determined", "disputed", "amended", "finalized", "settled"]

/**
 * Returns the SQL of the time at which the trading of a market ended. `close_time` is a plan while a market trades; once
 * the status is past trading it is the moment at which it closed, early or as planned.
 */
export const endedAt = (market: string): string =>
  `CASE WHEN ${market}.status IN (${ENDED.map((status) => `'${status}'`).join(", ")}) THEN ${market}.close_time END`
