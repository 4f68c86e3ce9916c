/** The sizes and the times of the benchmark's lake. */
import { isoMicros } from "../../src/domain/units/time.ts"

export const MARKETS = 120_000
export const MARKETS_OF_EVENT = 10
export const MARKETS_OF_SERIES = 200
export const PAGES_OF_SLOT = MARKETS / 1000
export const SLOT_SECONDS = 900
export const SLOTS_OF_DAY = 96
export const SLOTS_OF_HOUR = 4

const FIRST_SLOT = Date.parse("2026-11-01T00:00:00Z") / 1000
const HOUR_SECONDS = 3600

export interface Sizes {
  readonly slots: number
  readonly trades: number
}

export const timeOf = (slot: number): number => FIRST_SLOT + slot * SLOT_SECONDS

export const textOf = (seconds: number): string => isoMicros(seconds * 1_000_000)

/** All markets close after the last slot, which only SQLite has, and settle an hour later. */
export const closeOf = ({ slots }: Sizes): number => timeOf(slots + 1)
export const settledOf = (sizes: Sizes): number => closeOf(sizes) + HOUR_SECONDS

/** A range of slots that is in one file. */
export interface Part {
  readonly level: "day" | "hour"
  readonly from: number
  readonly to: number
}

/** The ranges of slots of the files: those of a day, and then those of an hour. */
export const partsOf = ({ slots }: Sizes): ReadonlyArray<Part> => {
  const days = Math.floor(slots / SLOTS_OF_DAY)
  const hours = Math.ceil((slots - days * SLOTS_OF_DAY) / SLOTS_OF_HOUR)
  const hour = (n: number) => days * SLOTS_OF_DAY + n * SLOTS_OF_HOUR
  return [
    ...Array.from({ length: days }, (_, day) => ({
      level: "day" as const,
      from: day * SLOTS_OF_DAY,
      to: (day + 1) * SLOTS_OF_DAY
    })),
    ...Array.from({ length: hours }, (_, n) => ({
      level: "hour" as const,
      from: hour(n),
      to: Math.min(slots, hour(n + 1))
    }))
  ]
}
