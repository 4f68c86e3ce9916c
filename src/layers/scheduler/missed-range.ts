/** Ranges of missed slots, and the parts of them that remain when periods of time are left out. */
import type { SlotSeconds } from "../../domain/units/time.ts"
import type { UnprovenSpan } from "../../services/Timekeeper.ts"

/** The slots strictly between two slots. */
export interface MissedRange {
  readonly after: SlotSeconds
  readonly before: SlotSeconds
}

const cutOut =
  ({ from, to }: UnprovenSpan) =>
  ({ after, before }: MissedRange): ReadonlyArray<MissedRange> =>
    [
      { after, before: Math.min(before, Math.ceil(from / 1000)) },
      { after: Math.max(after, Math.floor(to / 1000)), before }
    ].filter(({ after, before }) => after < before)

const meets = (span: UnprovenSpan, { after, before }: MissedRange): boolean =>
  span.from < before * 1000 && span.to > after * 1000

/** Returns the parts of a range that no span covers. */
export const around = (spans: ReadonlyArray<UnprovenSpan>, range: MissedRange): ReadonlyArray<MissedRange> =>
  spans.reduce<ReadonlyArray<MissedRange>>(
    (ranges, span) => ranges.flatMap((part) => (meets(span, part) ? cutOut(span)(part) : [part])),
    [range]
  )
