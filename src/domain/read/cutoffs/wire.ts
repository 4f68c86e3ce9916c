/** Where the live tier ends and the historical tier begins; it rolls on at midnight UTC. */

import { unread } from "../field.ts"
import type { ItemKind } from "../wire/items.ts"
import { lost, partsOf, readable } from "../wire/salvage.ts"
import { isObject, shape, time } from "../wire/shape.ts"

export interface CutoffTimes {
  readonly marketsSettled: string | undefined
  readonly tradesCreated: string | undefined
}

const cutoff = shape({
  marketsSettled: ["market_settled_ts", time],
  tradesCreated: ["trades_created_ts", time]
})

export const cutoffs = {
  keys: ["market_settled_ts"],
  locate: (body: unknown) => (isObject(body) ? [["body", body]] : []),
  decode: cutoff.decode,
  salvage: (value, path) => {
    const { fields, problems } = cutoff.parts(value, path)
    return fields.marketsSettled === unread && fields.tradesCreated === unread
      ? lost(...problems)
      : { item: readable(fields), problems: partsOf("historical_cutoff", path, problems) }
  }
} satisfies ItemKind<CutoffTimes>
