/** The slots that a table has rows of. */
import type { DateTime } from "effect"
import { Effect, Option, Stream } from "effect"
import type { slotTable } from "../../../domain/read/slots.ts"
import { shownOf } from "../../../domain/read/view.ts"
import { secondFrom, type TimeRange } from "../../../domain/units/moment.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import type { Paging } from "../../../services/MarketRepository.ts"
import type { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf } from "./records.ts"

/** A slot before, and one after, every slot. */
const SLOT_MIN = Number.MIN_SAFE_INTEGER
const SLOT_MAX = Number.MAX_SAFE_INTEGER

/** Returns the slots of a range, or of all time, from the first up to but not including the last. */
export const slotsOf = (
  range: TimeRange | undefined
): { readonly from: SlotSeconds; readonly to: SlotSeconds } =>
  range === undefined
    ? { from: SLOT_MIN, to: SLOT_MAX }
    : { from: secondFrom(range.from), to: secondFrom(range.to) }

/** Returns the slot at a time, if the time is a whole second: between two seconds there is no slot. */
export const slotAt = (time: DateTime.Utc): SlotSeconds | undefined =>
  time.epochMillis % 1000 === 0 ? time.epochMillis / 1000 : undefined

export const make = (sql: Database["Type"]["sql"], { definitions, name }: ReturnType<typeof slotTable>) => {
  const slots = recordsOf({ name, shown: shownOf({ definitions }, "t") })
  const [columns, table] = [sql.literal(slots.expressions), sql.literal(`${name} t`)]
  const statements = {
    between: (from: SlotSeconds, to: SlotSeconds, limit: number) => sql`
      SELECT ${columns} FROM ${table} WHERE t.slot >= ${from} AND t.slot < ${to} ORDER BY t.slot LIMIT ${limit}
    `,
    last: sql`SELECT ${columns} FROM ${table} ORDER BY t.slot DESC LIMIT 1`
  }
  return {
    statements,
    all: (range?: TimeRange, paging?: Paging) => {
      const { from, to } = slotsOf(range)
      return paginate(
        {
          first: from,
          fetch: (next, limit) => slots.all(statements.between(next, to, limit)),
          keyOf: ({ slot }) => slot + 1
        },
        paging
      ).pipe(Stream.map(({ snapshotTime }) => snapshotTime))
    },
    last: Effect.map(
      slots.first(statements.last),
      Option.map(({ snapshotTime }) => snapshotTime)
    )
  }
}
