/**
 * Runs projections over observations. It reads and writes nothing, so it can work in any thread; what it
 * answers is made to cross to another cheaply: numbers side by side, and rows that are asked for one by one.
 */
import { Context, type Effect } from "effect"
import type { LogDamaged } from "../domain/errors.ts"
import type { SealedObservation } from "../domain/observation.ts"
import type { Cell, EntityCell } from "../domain/read/projection.ts"
import type { Era } from "../domain/read/wire/era.ts"
import type { WireProblem } from "../domain/read/wire/shape.ts"

/** Row after row. Where the table has a market's number, a market stands here as its place in the answer's tickers. */
export type Cells =
  | ReadonlyArray<Cell>
  /** Of rows that hold numbers only: NULL is NaN, which no number of the exchange is. */
  | Float64Array

export interface InterpretedFacts {
  readonly kind: "facts"
  readonly table: string
  readonly count: number
  readonly cells: Cells
}

export interface InterpretedEntities {
  readonly kind: "entities"
  readonly table: string
  readonly count: number
  /** Who was seen, and as what: key, whether it is final, digest of its row; thing after thing. */
  readonly sightings: ReadonlyArray<Cell>
  /**
   * The row of the thing at this place; `null` for one that this session has had, and that will hardly be wanted
   * again. Where the table has a text's number, the text's place in the answer's texts stands here.
   */
  readonly rowAt: (place: number) => ReadonlyArray<EntityCell> | null
}

/** A long text that rows share. */
export interface SharedText {
  /** Tells it from any other. */
  readonly digest: string
  readonly content: string
}

/** What projections make of one observation. */
export interface Interpreted {
  readonly seq: number
  readonly observedAt: string
  /** The markets that the rows are about, in the order in which they are first named. */
  readonly tickers: ReadonlyArray<string>
  /** Those of the rows, each once. */
  readonly texts: ReadonlyArray<SharedText>
  readonly tables: ReadonlyArray<InterpretedFacts | InterpretedEntities>
  readonly problems: ReadonlyArray<WireProblem & { readonly projection: string }>
  /** The era of the body's shape, when it is not the one of its date. */
  readonly surprise: Era | undefined
}

/** Who asks, and about what. */
export interface Question {
  readonly observation: SealedObservation
  /** Names. */
  readonly projections: ReadonlyArray<string>
  /**
   * Names a series of questions whose answers are put to use in the order of their `seq`: what an earlier
   * answer holds is left out of a later one. Another name starts anew; without one the answer is complete.
   */
  readonly session: string | undefined
}

export class Interpreter extends Context.Tag("kalshi-tape/Interpreter")<
  Interpreter,
  {
    /** Says that so many stored bytes are about to be asked about, and nothing else: it can get ready for them. */
    readonly expect: (storedBytes: number) => Effect.Effect<void>
    /**
     * Opens an observation and interprets it. If a projection throws, it gets no rows of this observation and
     * one problem that stands for the whole answer. The caller keeps the answers in order.
     */
    readonly interpret: (question: Question) => Effect.Effect<Interpreted, LogDamaged>
  }
>() {}
