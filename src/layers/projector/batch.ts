/**
 * Decodes and writes a batch of observations. The rows that a projection makes of one observation are written
 * together; if a table refuses one of them, none is written, and a row of `quarantine` takes their place. The
 * rows of the other projections are not affected.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { LoggedObservation } from "../../domain/observation.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { uninterpretable } from "../../domain/read/wire/shape.ts"
import { letTimersRun } from "../effects/let-timers-run.ts"
import type { Database } from "../sqlite/database/Database.ts"
import type { CarryOver } from "./carry-over.ts"
import type { Decoded } from "./decoding/decode.ts"
import * as Quarantine from "./quarantine.ts"
import type { Unwritable } from "./refusals.ts"
import * as TableWriter from "./TableWriter.ts"

/**
 * The result of writing one observation: its rows, and descriptions of the parts that it put into quarantine for
 * the first time.
 */
export interface Written {
  readonly decoded: Decoded
  readonly quarantined: ReadonlyArray<string>
}

type Failure = SqlError.SqlError | StorageFailed

export interface BatchWriter {
  /** Writes a batch and what `finish` writes in one transaction. Returns what was written of each observation. */
  readonly write: (
    batch: ReadonlyArray<LoggedObservation>,
    finish: Effect.Effect<unknown, SqlError.SqlError>
  ) => Effect.Effect<ReadonlyArray<Written>, Failure>
}

export const make = (
  { sql, transaction }: Database["Type"],
  projections: ReadonlyArray<Projection>,
  carryOver: CarryOver,
  decode: (observation: LoggedObservation) => Effect.Effect<Decoded>
): BatchWriter => {
  const writer = TableWriter.make(sql, projections, carryOver)
  const quarantine = Quarantine.make(sql, carryOver)

  /** Removes the rows of the projection whose rows a table has refused. */
  const without = (decoded: Decoded, { error, projection }: Unwritable): Decoded => ({
    ...decoded,
    tables: decoded.tables.filter((rows) => rows.projection !== projection),
    problems: [...decoded.problems, { ...uninterpretable(error), projection }]
  })

  /** Writes the rows without a savepoint. */
  const writeDirectly = (decoded: Decoded): Effect.Effect<Decoded, Failure | Unwritable> =>
    Effect.as(writer.write(decoded), decoded)

  /**
   * Writes the rows within their own savepoint. If a table refuses the rows of a projection, the others are
   * written again without them.
   */
  const writeInSavepoint = (decoded: Decoded): Effect.Effect<Decoded, Failure> =>
    transaction(writeDirectly(decoded)).pipe(
      Effect.catchTag("Unwritable", (refusal) =>
        Effect.zipRight(writer.forget, writeInSavepoint(without(decoded, refusal)))
      )
    )

  const write: BatchWriter["write"] = (batch, finish) => {
    const all = <E>(writeRows: (decoded: Decoded) => Effect.Effect<Decoded, E>) =>
      Effect.forEach(batch, (observation) =>
        Effect.gen(function* () {
          const read = yield* decode(observation)
          yield* letTimersRun
          const decoded = yield* writeRows(read)
          const quarantined = yield* quarantine.note(decoded)
          yield* letTimersRun
          return { decoded, quarantined }
        })
      ).pipe(Effect.zipLeft(finish), transaction)
    // A savepoint copies every page that is written within it, so savepoints are used only after the batch
    // has failed without them.
    return Effect.catchTag(all(writeDirectly), "Unwritable", () =>
      Effect.zipRight(Effect.zipRight(writer.forget, quarantine.forget), all(writeInSavepoint))
    )
  }

  return { write }
}
