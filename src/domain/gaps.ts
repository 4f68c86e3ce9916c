/** Gaps of a recording in words. Neighbouring slots of a feed that ended alike are one gap. */
import { type SlotSeconds, slotSeconds, slotText } from "./units/time.ts"

export interface Gap {
  /**
   * The outcome that the slots share. `partial` means that the slot is complete except for what the reason
   * names, such as data that only the historical tier has.
   */
  readonly status: "failed" | "skipped" | "missed" | "partial"
  readonly reason: string | null
  readonly firstSlot: string
  readonly lastSlot: string
  readonly slots: number
  /** Seconds between its slots; `null` where one was taken by `--once`. */
  readonly interval: number | null
}

const day = (slot: SlotSeconds): string => slotText(slot).slice(0, 10)

/**
 * Formats the first and the last slot of a gap, in UTC: `2026-11-22 03:00-03:30`. Seconds are shown for both
 * slots or for neither.
 */
const span = ({ firstSlot, lastSlot }: Gap): string => {
  const [from, to] = [slotSeconds(firstSlot), slotSeconds(lastSlot)]
  const end = from % 60 === 0 && to % 60 === 0 ? 16 : 19
  const clock = (slot: SlotSeconds) => slotText(slot).slice(11, end)
  const begin = `${day(from)} ${clock(from)}`
  if (from === to) return begin
  return day(from) === day(to) ? `${begin}-${clock(to)}` : `${begin} - ${day(to)} ${clock(to)}`
}

const WORDS: Readonly<Record<Gap["status"], string>> = {
  failed: "failed",
  skipped: "skipped",
  missed: "missed",
  partial: "with a warning"
}

/** Describes a gap in one line: `3 slots missed 2026-11-22 03:00-03:30 (the recorder was not running)`. */
export const describeGap = (gap: Gap): string => {
  const slots = `${gap.slots.toLocaleString("en-US")} ${gap.slots === 1 ? "slot" : "slots"} ${WORDS[gap.status]}`
  if (gap.reason === null) return `${slots} ${span(gap)}`
  return gap.status === "failed" || gap.status === "partial"
    ? `${slots} ${span(gap)}: ${gap.reason}`
    : `${slots} ${span(gap)} (${gap.reason})`
}
