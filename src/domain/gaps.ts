/** Holes of a recording in words: neighbouring slots of a feed that ended alike are one hole. */
import { type SlotSeconds, slotSeconds, slotText } from "./units/time.ts"

export interface Hole {
  /**
   * The outcome that the slots share. `partial` means that the slot is complete except for what the reason
   * names, such as data that only the archive has.
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
 * Formats the first and the last slot of a hole, in UTC: `2026-11-22 03:00-03:30`. Seconds are shown for both
 * slots or for neither.
 */
const span = ({ firstSlot, lastSlot }: Hole): string => {
  const [from, to] = [slotSeconds(firstSlot), slotSeconds(lastSlot)]
  const end = from % 60 === 0 && to % 60 === 0 ? 16 : 19
  const clock = (slot: SlotSeconds) => slotText(slot).slice(11, end)
  const begin = `${day(from)} ${clock(from)}`
  if (from === to) return begin
  return day(from) === day(to) ? `${begin}-${clock(to)}` : `${begin} - ${day(to)} ${clock(to)}`
}

const WORDS: Readonly<Record<Hole["status"], string>> = {
  failed: "failed",
  skipped: "skipped",
  missed: "missed",
  partial: "with a warning"
}

/** Describes a hole in one line: `3 slots missed 2026-11-22 03:00-03:30 (the recorder was not running)`. */
export const describeHole = (hole: Hole): string => {
  const slots = `${hole.slots.toLocaleString("en-US")} ${hole.slots === 1 ? "slot" : "slots"} ${WORDS[hole.status]}`
  if (hole.reason === null) return `${slots} ${span(hole)}`
  return hole.status === "failed" || hole.status === "partial"
    ? `${slots} ${span(hole)}: ${hole.reason}`
    : `${slots} ${span(hole)} (${hole.reason})`
}
