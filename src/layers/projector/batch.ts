/**
 * Writes the rows of a batch of observations. The rows that a projection makes of one observation are written
 * together; if a table refuses one of them, none is written, and a row of `quarantine` takes their place. The
 * rows of the other projections are not affected.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { uninterpretable } from "../../domain/read/wire/shape.ts"
import type { Interpreted } from "../../services/Interpreter.ts"
import type { Database } from "../sqlite/database/Database.ts"
import * as Quarantine from "./quarantine.ts"
import { Unwritable } from "./refusals.ts"
import * as TableWriter from "./TableWriter.ts"

/**
 * The interpretation of an observation, and an effect that interprets it again in full. The first one may
 * leave out what earlier observations of the session have said already.
 */
export interface Answered {
  readonly answer: Interpreted
  readonly inFull: Effect.Effect<Interpreted, LogDamaged>
}

/**
 * The interpretation that was written, and the descriptions of what it put into quarantine for the first
 * time.
 */
export interface Written {
  readonly answer: Interpreted
  readonly noted: ReadonlyArray<string>
}

type Failure = SqlError.SqlError | StorageFailed | LogDamaged

export interface BatchWriter {
  /**
   * Writes a batch and what `finish` writes in one transaction. Returns what was written of each observation.
   */
  readonly write: (
    batch: ReadonlyArray<Answered>,
    finish: Effect.Effect<unknown, SqlError.SqlError>
  ) => Effect.Effect<ReadonlyArray<Written>, Failure>
}

export const make = (
  { sql, transaction }: Database["Type"],
  projections: ReadonlyArray<Projection>
): BatchWriter => {
  const writer = TableWriter.make(sql, projections)
  const quarantine = Quarantine.make(sql)
  const owners = TableWriter.ownersOf(projections)

  /**
   * Removes the rows of the projection that could not be written from an answer, or the rows of all
   * projections if it is not known which one failed.
   */
  const without = (answer: Interpreted, { error, projection }: Unwritable): Interpreted => {
    const dropped = answer.tables.filter(
      ({ table }) => (projection ?? owners.get(table)) === owners.get(table)
    )
    const names = new Set(dropped.map(({ table }) => owners.get(table) ?? table))
    return {
      ...answer,
      ...(projection === undefined ? { tickers: [], texts: [] } : {}),
      tables: answer.tables.filter((table) => !dropped.includes(table)),
      problems: [
        ...answer.problems,
        ...[...names].map((name) => ({ ...uninterpretable(error), projection: name }))
      ]
    }
  }

  /**
   * Writes an answer without a savepoint. If a table needs a row that the interpreter has left out, the
   * observation is interpreted again in full.
   */
  const straight = ({ answer, inFull }: Answered): Effect.Effect<Interpreted, Failure | Unwritable> =>
    writer.write(answer).pipe(
      Effect.as(answer),
      Effect.catchTag("RowMissing", () => Effect.tap(inFull, writer.write)),
      Effect.catchTag(
        "RowMissing",
        ({ table }) =>
          new Unwritable({
            projection: owners.get(table),
            error: new Error(`${table} lacks a row that it knows`)
          })
      )
    )

  /**
   * Writes an answer within its own savepoint. If a table refuses the rows of a projection, it is written
   * again without them.
   */
  const apart = ({ answer, inFull }: Answered): Effect.Effect<Interpreted, Failure> =>
    transaction(straight({ answer, inFull })).pipe(
      Effect.catchTag("Unwritable", (refusal) =>
        Effect.zipRight(
          writer.forget,
          apart({
            answer: without(answer, refusal),
            inFull: Effect.map(inFull, (full) => without(full, refusal))
          })
        )
      )
    )

  const write: BatchWriter["write"] = (batch, finish) => {
    const all = <E>(one: (answered: Answered) => Effect.Effect<Interpreted, E>) =>
      Effect.forEach(batch, (answered) =>
        one(answered).pipe(
          Effect.flatMap((answer) => Effect.map(quarantine.note(answer), (noted) => ({ answer, noted }))),
          // Writing a page takes about ten milliseconds in SQLite. Yielding here lets timers run between the
          // pages of a batch.
          Effect.zipLeft(Effect.yieldNow())
        )
      ).pipe(Effect.zipLeft(finish), transaction)
    // A savepoint copies every page that is written within it, so savepoints are used only after the batch
    // has failed without them.
    return Effect.catchTag(all(straight), "Unwritable", () =>
      Effect.zipRight(Effect.zipRight(writer.forget, quarantine.forget), all(apart))
    )
  }

  return { write }
}
