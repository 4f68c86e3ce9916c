/** Splits the time between two slots so that given spans are left out. */
import type { SlotSeconds } from "../../domain/units/time.ts"
import type { Span } from "../../services/Timekeeper.ts"

export interface Gap {
  readonly after: SlotSeconds
  readonly before: SlotSeconds
}

const cutOut =
  ({ from, to }: Span) =>
  ({ after, before }: Gap): ReadonlyArray<Gap> =>
    [
      { after, before: Math.min(before, Math.ceil(from / 1000)) },
      { after: Math.max(after, Math.floor(to / 1000)), before }
    ].filter(({ after, before }) => after < before)

const meets = (span: Span, { after, before }: Gap): boolean =>
  span.from < before * 1000 && span.to > after * 1000

/** Returns the parts of a gap that no span covers. */
export const around = (spans: ReadonlyArray<Span>, gap: Gap): ReadonlyArray<Gap> =>
  spans.reduce<ReadonlyArray<Gap>>(
    (gaps, span) => gaps.flatMap((part) => (meets(span, part) ? cutOut(span)(part) : [part])),
    [gap]
  )
