/** `fee_changes`: from when which fee holds for a series, or for an event in the place of that of its series. */
import { real, required, text, time } from "../column.ts"
import { observedAt } from "../slots.ts"
import { factTable } from "../table.ts"
import { shownOf, view } from "../view.ts"
import type { FeeChange } from "./wire.ts"

/** Tells changes apart by all that they say, so that one which is announced otherwise later is a change of its own. */
const changeOf = ({
  eventTicker,
  feeMultiplier,
  feeType,
  id,
  scheduledTime,
  seriesTicker
}: FeeChange): string =>
  JSON.stringify(
    [id, seriesTicker, eventTicker, feeType, feeMultiplier, scheduledTime].map((one) => one ?? null)
  )

export const feeChangeRows = factTable<FeeChange>()({
  name: "fee_change_rows",
  columns: {
    change: required(text(changeOf)),
    change_id: text(({ id }) => id),
    series_ticker: text(({ seriesTicker }) => seriesTicker),
    /** NULL for a change of a series' fee. */
    event_ticker: text(({ eventTicker }) => eventTicker),
    /** When the change takes effect. */
    scheduled_time: required(time(({ scheduledTime }) => scheduledTime)),
    /** NULL for an event that has the fee type of its series again. */
    fee_type: text(({ feeType }) => feeType),
    /** NULL for an event that has the multiplier of its series again. */
    fee_multiplier: real(({ feeMultiplier }) => feeMultiplier),
    /** When the change was first seen. The same change is listed again every day. */
    observed_at: observedAt
  },
  key: ["change"],
  firstStands: true
})

export const feeChanges = view({
  name: "fee_changes",
  about: "from when which fee holds for a series, or for an event in place of that of its series",
  key: ["scheduled_time", "series_ticker", "event_ticker", "change_id", "fee_type", "fee_multiplier"],
  columns: shownOf(feeChangeRows, "", ["change"]),
  from: "FROM fee_change_rows"
})
