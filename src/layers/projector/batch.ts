/**
 * Writes what a batch of observations says, each as far as the tables take it. What a projection makes of an
 * observation goes in whole or, where a table refuses a part of it, not at all: then a row of `quarantine` stands for
 * it, and the other projections' rows of the same observation are written as if nothing had been.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/projection.ts"
import { uninterpretable } from "../../domain/wire/shape.ts"
import type { Interpreted } from "../../services/Interpreter.ts"
import type { Database } from "../sqlite/Database.ts"
import * as Quarantine from "./quarantine.ts"
import { Unwritable } from "./refusals.ts"
import * as TableWriter from "./TableWriter.ts"

/** What an observation says, briefly; and in full, should that not be enough. */
export interface Answered {
  readonly answer: Interpreted
  readonly inFull: Effect.Effect<Interpreted, LogDamaged>
}

/** What was written of an observation, and what came into quarantine with it for the first time. */
export interface Written {
  readonly answer: Interpreted
  readonly noted: ReadonlyArray<string>
}

type Failure = SqlError.SqlError | StorageFailed | LogDamaged

export interface BatchWriter {
  /** Writes them in one transaction with what `finish` writes; answers what was written of each. */
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

  /** An answer without the rows of a projection that cannot be written; of all, where it is not known whose they are. */
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

  /** Asked for in full if the tables want more than the interpreter thought they would. */
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

  /** Behind a savepoint of its own, and again without what was refused. */
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
          // A page is some ten milliseconds of SQLite; timers must not wait for a whole batch of them.
          Effect.zipLeft(Effect.yieldNow())
        )
      ).pipe(Effect.zipLeft(finish), transaction)
    // Savepoints cost a copy of every page that is written behind them: they are for a batch that has failed without.
    return Effect.catchTag(all(straight), "Unwritable", () =>
      Effect.zipRight(Effect.zipRight(writer.forget, quarantine.forget), all(apart))
    )
  }

  return { write }
}
