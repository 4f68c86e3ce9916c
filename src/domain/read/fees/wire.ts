/** Changes of fees: of series in one answer, of events in a listing with pages. */
import { Either } from "effect"
import type { Nullable } from "../field.ts"
import { each, type ItemKind } from "../wire/items.ts"
import { lost } from "../wire/salvage.ts"
import { name, nullable, number, type Shape, shape, text, time } from "../wire/shape.ts"

/** From `scheduledTime` on, trades of the series or of the event cost this fee. */
export interface FeeChange {
  readonly id: Nullable<string>
  readonly seriesTicker: Nullable<string>
  /** `undefined` for a change of a series' fee. */
  readonly eventTicker?: string
  /** `null` for an event that has the fee type of its series again. */
  readonly feeType: Nullable<string>
  /** `null` for an event that has the multiplier of its series again. */
  readonly feeMultiplier: Nullable<number>
  readonly scheduledTime: string
}

const seriesChange = shape({
  id: ["id", nullable(name)],
  seriesTicker: ["series_ticker", name],
  feeType: ["fee_type", text],
  feeMultiplier: ["fee_multiplier", number],
  scheduledTime: ["scheduled_ts", time]
})

const eventChange = shape({
  id: ["id", nullable(name)],
  eventTicker: ["event_ticker", name],
  seriesTicker: ["series_ticker", nullable(name)],
  feeType: ["fee_type_override", nullable(text)],
  feeMultiplier: ["fee_multiplier_override", nullable(number)],
  scheduledTime: ["scheduled_ts", time]
})

/** Nothing is kept of a change with an unreadable field: a fee that is not known would be taken for none. */
const changesIn = (key: string, of: Shape<FeeChange>): ItemKind<FeeChange> => ({
  keys: [key],
  locate: (body) => each(body, key),
  decode: (value, path) => Either.map(of.decode(value, path), (change): FeeChange => change),
  salvage: (value, path) => lost(...of.parts(value, path).problems)
})

export const seriesChanges = changesIn("series_fee_change_arr", seriesChange)
export const eventChanges = changesIn("event_fee_changes", eventChange)
