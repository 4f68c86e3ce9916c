/** Where the live tier ends and the archive begins; it rolls on at midnight UTC. */

import type { ItemKind } from "./items.ts"
import { isObject, shape, time } from "./shape.ts"

interface CutoffTimes {
  readonly marketsSettled: string
  readonly tradesCreated: string
}

const cutoff = shape({
  marketsSettled: ["market_settled_ts", time],
  tradesCreated: ["trades_created_ts", time]
})

export const cutoffs: ItemKind<CutoffTimes> = {
  keys: ["market_settled_ts"],
  locate: (body) => (isObject(body) ? [["body", body]] : []),
  decode: cutoff.decode
}
