/** When a recorder maintains its directory: a flush now and then, and once a day all steps. */
import { Duration, Effect, Schedule } from "effect"
import type { SlotSeconds } from "../../domain/units/time.ts"
import { type MaintenanceStep, maintenanceSteps } from "../../services/Maintenance.ts"
import { nowSeconds } from "../clock/now.ts"

export interface MaintenanceSchedule {
  /** The seconds between the end of one maintenance and the start of the next. */
  readonly everySeconds: number
  /** Reads the end of the last attempt at a step, by whichever process; `undefined` if there was none. */
  readonly lastAttempt: (step: MaintenanceStep) => Effect.Effect<SlotSeconds | undefined>
  readonly maintain: (steps: ReadonlyArray<MaintenanceStep>) => Effect.Effect<void>
}

/** The time that the first slots after a start have to themselves, in seconds. */
const START_SECONDS = 5 * 60

const DAY_SECONDS = 24 * 60 * 60

/** The steps that are taken once a day. A flush is part of every maintenance. */
const daily = maintenanceSteps.filter((step) => step !== "flush")

/**
 * Tells whether a daily step is due. One that was a little less than a day ago is, because the next chance may be
 * long after the day. A time in the future was written under a wrong clock.
 */
const isDue = (last: SlotSeconds | undefined, now: SlotSeconds, everySeconds: number): boolean =>
  last === undefined || last > now || now - last >= DAY_SECONDS - everySeconds / 2

/** Maintains for as long as it runs, one maintenance at a time. */
export const maintainRegularly = ({ everySeconds, lastAttempt, maintain }: MaintenanceSchedule) =>
  Effect.gen(function* () {
    const now = yield* nowSeconds
    const due = yield* Effect.exists(daily, (step) =>
      Effect.map(lastAttempt(step), (last) => isDue(last, now, everySeconds))
    )
    yield* maintain(due ? maintenanceSteps : ["flush"])
  }).pipe(
    Effect.repeat(Schedule.spaced(Duration.seconds(everySeconds))),
    Effect.delay(Duration.seconds(Math.min(START_SECONDS, everySeconds))),
    Effect.zipRight(Effect.never)
  )
