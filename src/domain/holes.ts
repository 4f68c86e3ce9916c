/** Holes of a recording in words: neighbouring slots of a feed that ended alike are one hole. */
import { type SlotSeconds, slotSeconds, slotText } from "./time.ts"

export interface Hole {
  /** `partial` where a walk came to its end, but its beginning is in the exchange's archive alone. */
  readonly status: "failed" | "skipped" | "missed" | "partial"
  readonly reason: string | null
  readonly firstSlot: string
  readonly lastSlot: string
  readonly slots: number
  /** Seconds between its slots; `null` where one was taken by `--once`. */
  readonly interval: number | null
}

/** Slots are whole minutes almost always; seconds are said where they are not. */
const clock = (slot: SlotSeconds): string =>
  slot % 60 === 0 ? slotText(slot).slice(11, 16) : slotText(slot).slice(11, 19)

const day = (slot: SlotSeconds): string => slotText(slot).slice(0, 10)

/** `2026-11-22 03:00-03:45`, in UTC: up to when the slot after the hole was due, where that is known. */
const span = ({ firstSlot, interval, lastSlot, slots }: Hole): string => {
  const from = slotSeconds(firstSlot)
  const to = slotSeconds(lastSlot) + (interval ?? 0)
  const begin = `${day(from)} ${clock(from)}`
  if (slots === 1) return begin
  return day(from) === day(to) ? `${begin}-${clock(to)}` : `${begin} - ${day(to)} ${clock(to)}`
}

/** `3 slots missed 2026-11-22 03:00-03:45 (the recorder was not running)`. */
export const describeHole = (hole: Hole): string => {
  const slots = `${hole.slots} ${hole.slots === 1 ? "slot" : "slots"} ${hole.status}`
  if (hole.reason === null) return `${slots} ${span(hole)}`
  return hole.status === "failed" || hole.status === "partial"
    ? `${slots} ${span(hole)}: ${hole.reason}`
    : `${slots} ${span(hole)} (${hole.reason})`
}
