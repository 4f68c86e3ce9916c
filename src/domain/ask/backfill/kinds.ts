/**
 * The kinds of data that a backfill can fetch. They have a file of their own so that the command line can
 * list them without loading the backfill code.
 */

export const backfillKinds = ["markets", "trades", "candlesticks"] as const

export type BackfillKind = (typeof backfillKinds)[number]
