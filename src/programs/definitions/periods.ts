/** The periods of candlesticks, in minutes, by the name that an option accepts. */
import type { Period } from "../../domain/units/period.ts"

export const periodNames = ["1", "60", "1440"] as const

export const periodsByName: Readonly<Record<(typeof periodNames)[number], Period>> = {
  "1": 1,
  "60": 60,
  "1440": 1440
}
