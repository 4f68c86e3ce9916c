/** Writes the jumps of this machine's clock to SQLite's table `clock_jumps`. */
import { Effect } from "effect"
import { isoMicros } from "../../../domain/units/time.ts"
import { Database, storage } from "../database/Database.ts"

/**
 * A jump of this machine's clock. Points in time are in milliseconds since 1970; `moved` is the length of the
 * jump in milliseconds.
 */
export interface ClockJump {
  readonly noticed: number
  readonly moved: number
  readonly clock: number
  readonly exchange: number | undefined
  readonly believed: "clock" | "exchange" | "elapsed"
  readonly reason: string
}

const text = (millis: number) => isoMicros(Math.round(millis) * 1000)

export const recordJump = ({ believed, clock, exchange, moved, noticed, reason }: ClockJump) =>
  Effect.flatMap(
    Database,
    ({ sql }) => sql`
      INSERT INTO clock_jumps (noticed_at, seconds, clock_at, exchange_at, believed, reason)
      VALUES (${text(noticed)}, ${moved / 1000}, ${text(clock)}, ${exchange === undefined ? null : text(exchange)},
        ${believed}, ${reason})
    `
  ).pipe(storage("recording that the clock moved"), Effect.asVoid)
