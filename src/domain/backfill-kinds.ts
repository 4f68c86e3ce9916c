/** What a backfill may be asked for. The command line lists it, and loads nothing else of a backfill before it runs. */

export const backfillKinds = ["markets", "trades", "candlesticks"] as const

export type BackfillKind = (typeof backfillKinds)[number]
