/**
 * Runs projections over observations. It reads and writes nothing, so it can work in any thread; what it
 * answers is text that SQLite takes in one statement a table.
 */
import { Context, type Effect } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { LoggedObservation } from "../domain/observation.ts"
import type { Era } from "../domain/wire/era.ts"
import type { WireProblem } from "../domain/wire/shape.ts"

export interface InterpretedFacts {
  readonly kind: "facts"
  readonly table: string
  readonly count: number
  /** JSON: an array of rows. */
  readonly rows: string
}

export interface InterpretedEntities {
  readonly kind: "entities"
  readonly table: string
  readonly count: number
  /** JSON: an array of `[key, final, digest]`, in the order of `rows`. */
  readonly seen: string
  /** JSON of each row. */
  readonly rows: ReadonlyArray<string>
}

/** What projections make of one observation. */
export interface Interpreted {
  readonly seq: number
  readonly observedAt: string
  readonly tables: ReadonlyArray<InterpretedFacts | InterpretedEntities>
  readonly problems: ReadonlyArray<WireProblem & { readonly projection: string }>
  /** The era of the body's shape, when it is not the one of its date. */
  readonly surprise: Era | undefined
}

export class Interpreter extends Context.Tag("kalshi-tape/Interpreter")<
  Interpreter,
  {
    /** `projections` are names; the order of answers is the caller's to keep. */
    readonly interpret: (
      observation: LoggedObservation,
      projections: ReadonlyArray<string>
    ) => Effect.Effect<Interpreted, StorageFailed>
  }
>() {}
