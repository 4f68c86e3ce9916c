/** The Projector over SQLite: reads the log in batches and commits each with the checkpoints it moves. */
import { randomUUID } from "node:crypto"
import { Chunk, Effect, Exit, HashSet, Layer, Ref, Stream } from "effect"
import type { SealedObservation } from "../../domain/observation.ts"
import type { Projection } from "../../domain/read/projection.ts"
import type { Era } from "../../domain/read/wire/era.ts"
import { uninterpretable } from "../../domain/read/wire/shape.ts"
import { outdatedTables } from "../../domain/tables-failure.ts"
import { type Interpreted, Interpreter } from "../../services/Interpreter.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type CaughtUp, Projector } from "../../services/Projector.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import * as Batch from "./batch.ts"

/** Observations being interpreted at a time: enough that no thread waits for the next. */
const IN_HAND = 3

/** Observations in one transaction: what has come by the time the one before it is done. */
const BATCH_MAX = 8
const BATCH_WAIT = "2 millis"

interface Checkpoint {
  readonly projection: string
  readonly version: number
  readonly seq: number
}

/**
 * Makes the result for an answer at which the interpreter itself failed: a problem for every projection,
 * since it is not known which of them would read the answer.
 */
const nothingOf = (
  { observedAt, seq }: SealedObservation,
  projections: ReadonlyArray<string>,
  error: unknown
): Interpreted => ({
  seq,
  observedAt,
  tickers: [],
  texts: [],
  tables: [],
  problems: projections.map((projection) => ({ ...uninterpretable(error), projection })),
  surprise: undefined
})

/** What one call of `catchUp` has put into quarantine for the first time. */
interface Fresh {
  readonly count: number
  readonly first: string | undefined
}

export const make = (projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const database = yield* Database
    const { sql } = database
    const log = yield* ObservationLog
    const interpreter = yield* Interpreter
    const names = projections.map(({ name }) => name)
    const catchingUp = yield* Effect.makeSemaphore(1)
    const id = randomUUID()
    const sessions = yield* Ref.make(0)
    const surprises = yield* Ref.make(HashSet.empty<Era>())

    /** Once an era: a recording of old answers is a surprise on every page. */
    const reportSurprise = ({ seq, surprise }: Interpreted) =>
      surprise === undefined
        ? Effect.void
        : Ref.modify(surprises, (known) => [HashSet.has(known, surprise), HashSet.add(known, surprise)]).pipe(
            Effect.flatMap((known) =>
              known
                ? Effect.void
                : Effect.logWarning(
                    `seq ${seq} and maybe more answer in the shape of another time ("${surprise}"); they are decoded by their shape`
                  )
            )
          )

    /**
     * Logs one warning for everything that a call of `catchUp` has put into quarantine for the first time.
     */
    const reportQuarantined = ({ count, first }: Fresh) =>
      first === undefined
        ? Effect.void
        : Effect.logWarning(
            `${count === 1 ? "a part of an answer is" : `${count} parts of answers are`} not as expected: what does not depend on it is kept, and the table quarantine has a row of it. ${count === 1 ? "It is" : "The first is"} ${first}`
          )

    const checkpoints = sql<Checkpoint>`
      SELECT projection, version, seq FROM projection_checkpoints ORDER BY projection
    `.pipe(storage("reading the checkpoints"))

    /**
     * Returns the names of the projections whose tables are empty or were made by another version of their
     * code.
     */
    const otherVersions = (reached: ReadonlyArray<Checkpoint>) =>
      projections
        .filter(
          ({ name, version }) => !reached.some((it) => it.projection === name && it.version === version)
        )
        .map(({ name }) => name)

    /** Projections do not all stand at the same seq: each takes only what it has not read. */
    const interpretFrom = (read: ReadonlyMap<string, number>) => (observation: SealedObservation) =>
      Effect.gen(function* () {
        const { seq } = observation
        const projections = names.filter((name) => seq > (read.get(name) ?? Number.NEGATIVE_INFINITY))
        const session = yield* Ref.get(sessions)
        const ask = (session: string | undefined) =>
          interpreter
            .interpret({ observation, projections, session })
            .pipe(
              Effect.catchAllDefect((error) => Effect.succeed(nothingOf(observation, projections, error)))
            )
        return { answer: yield* ask(`${id} ${session}`), inFull: ask(undefined) } satisfies Batch.Answered
      })

    const catchUp: Projector["Type"]["catchUp"] = ({ onProgress = () => Effect.void, to } = {}) =>
      Effect.gen(function* () {
        const reached = yield* checkpoints
        const ofAnother = otherVersions(reached)
        if (ofAnother.length > 0) return yield* outdatedTables(ofAnother)
        const read = new Map(reached.map(({ projection, seq }) => [projection, seq]))
        const first = Math.min(...projections.map(({ name }) => read.get(name) ?? 0))
        const interpretNew = interpretFrom(read)
        const { write } = Batch.make(database, projections)
        const moveTo = (seq: number) => sql`
          UPDATE projection_checkpoints SET seq = ${seq} WHERE seq < ${seq} AND ${sql.in("projection", names)}
        `
        const fresh = yield* Ref.make<Fresh>({ count: 0, first: undefined })
        const start: CaughtUp = { observations: 0, rows: 0, quarantined: 0, seq: first }
        return yield* log.read({ from: first + 1, ...(to === undefined ? {} : { to }) }).pipe(
          // Reading, interpreting and writing go on at the same time, each a little ahead of the next.
          Stream.buffer({ capacity: 1 }),
          Stream.flattenIterables,
          Stream.mapEffect(interpretNew, { concurrency: IN_HAND }),
          Stream.groupedWithin(BATCH_MAX, BATCH_WAIT),
          Stream.map(Chunk.toReadonlyArray),
          Stream.runFoldEffect(start, (sum, batch) =>
            Effect.gen(function* () {
              const seq = batch.at(-1)?.answer.seq ?? sum.seq
              yield* Effect.forEach(batch, ({ answer }) => reportSurprise(answer), { discard: true })
              const written = yield* write(batch, moveTo(seq)).pipe(
                storage("writing the tables"),
                Effect.uninterruptible
              )
              const answers = written.map(({ answer }) => answer)
              const noted = written.flatMap(({ noted }) => noted)
              yield* Ref.update(fresh, ({ count, first = noted[0] }) => ({
                count: count + noted.length,
                first
              }))
              yield* onProgress(seq)
              return {
                observations: sum.observations + batch.length,
                rows:
                  sum.rows +
                  answers.reduce((rows, { tables }) => rows + tables.reduce((n, t) => n + t.count, 0), 0),
                quarantined: sum.quarantined + answers.reduce((n, { problems }) => n + problems.length, 0),
                seq
              }
            })
          ),
          Effect.zipLeft(Effect.flatMap(Ref.get(fresh), reportQuarantined))
        )
      }).pipe(
        // What was answered and not committed would be left out of the next answers.
        Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Ref.update(sessions, (n) => n + 1))),
        catchingUp.withPermits(1),
        Effect.withSpan("Projector.catchUp")
      )

    const outdated = Effect.gen(function* () {
      const reached = yield* checkpoints
      const head = yield* log.head
      const ahead = reached.filter(({ seq }) => seq > head.seq).map(({ projection }) => projection)
      const stale = [...otherVersions(reached), ...ahead]
      return names.filter((name) => stale.includes(name))
    })

    return Projector.of({ catchUp, outdated })
  })

export const layer = (projections: ReadonlyArray<Projection>) => Layer.effect(Projector, make(projections))
