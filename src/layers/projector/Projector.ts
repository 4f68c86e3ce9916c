/** The Projector over SQLite: reads the log in batches and commits each with the checkpoints it moves. */
import { randomUUID } from "node:crypto"
import { Chunk, Effect, Exit, HashSet, Layer, Ref, Stream } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { SealedObservation } from "../../domain/observation.ts"
import type { Projection } from "../../domain/projection.ts"
import type { Era } from "../../domain/wire/era.ts"
import { describeProblem } from "../../domain/wire/shape.ts"
import { type Interpreted, Interpreter } from "../../services/Interpreter.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type CaughtUp, Projector } from "../../services/Projector.ts"
import { Database, storage } from "../sqlite/Database.ts"
import * as TableWriter from "./TableWriter.ts"

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

/** What an observation says, briefly; and in full, should that not be enough. */
interface Answered {
  readonly answer: Interpreted
  readonly inFull: Effect.Effect<Interpreted, StorageFailed | LogDamaged>
}

export const make = (projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
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

    const checkpoints = sql<Checkpoint>`
      SELECT projection, version, seq FROM projection_checkpoints ORDER BY projection
    `.pipe(storage("reading the checkpoints"))

    /** Projections do not all stand at the same seq: each takes only what it has not read. */
    const interpretFrom = (read: ReadonlyMap<string, number>) => (observation: SealedObservation) =>
      Effect.gen(function* () {
        const { seq } = observation
        const projections = names.filter((name) => seq > (read.get(name) ?? Number.NEGATIVE_INFINITY))
        const session = yield* Ref.get(sessions)
        const answer = yield* interpreter.interpret({
          observation,
          projections,
          session: `${id} ${session}`
        })
        const inFull = interpreter.interpret({ observation, projections, session: undefined })
        return { answer, inFull } satisfies Answered
      })

    /** Asked for in full if the tables want more than the interpreter thought they would. */
    const writeWith =
      (writer: TableWriter.TableWriter) =>
      ({ answer, inFull }: Answered) =>
        writer
          .write(answer)
          .pipe(
            Effect.catchTag("RowMissing", () =>
              Effect.flatMap(inFull, writer.write).pipe(Effect.catchTag("RowMissing", Effect.die))
            )
          )

    const quarantine = ({ observedAt, problems, seq }: Interpreted) =>
      Effect.forEach(
        problems,
        (wrong) => sql`
          INSERT INTO quarantine (seq, projection, item, error, first_seen)
          VALUES (${seq}, ${wrong.projection}, ${wrong.path}, ${describeProblem(wrong)}, ${observedAt})
          ON CONFLICT (seq, projection, item) DO NOTHING
        `,
        { discard: true }
      )

    const commit = (write: ReturnType<typeof writeWith>, batch: ReadonlyArray<Answered>, seq: number) =>
      Effect.forEach(
        batch,
        // A page is some ten milliseconds of SQLite; timers must not wait for a whole batch of them.
        (answered) => Effect.all([write(answered), quarantine(answered.answer), Effect.yieldNow()]),
        { discard: true }
      ).pipe(
        Effect.zipRight(sql`
          UPDATE projection_checkpoints SET seq = ${seq}
          WHERE seq < ${seq} AND ${sql.in("projection", names)}
        `),
        storage("writing the tables"),
        transaction,
        Effect.uninterruptible
      )

    const catchUp: Projector["Type"]["catchUp"] = ({ onProgress = () => Effect.void, to } = {}) =>
      Effect.gen(function* () {
        const reached = yield* checkpoints
        const read = new Map(reached.map(({ projection, seq }) => [projection, seq]))
        const first = Math.min(...projections.map(({ name }) => read.get(name) ?? 0))
        const interpretNew = interpretFrom(read)
        const write = writeWith(TableWriter.make(sql, projections))
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
              const answers = batch.map(({ answer }) => answer)
              const seq = answers.at(-1)?.seq ?? sum.seq
              yield* Effect.forEach(answers, reportSurprise, { discard: true })
              yield* commit(write, batch, seq)
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
          )
        )
      }).pipe(
        // What was answered and not committed would be left out of the next answers.
        Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Ref.update(sessions, (n) => n + 1))),
        catchingUp.withPermits(1),
        Effect.withSpan("Projector.catchUp")
      )

    const outdated = Effect.gen(function* () {
      const built = new Map((yield* checkpoints).map((checkpoint) => [checkpoint.projection, checkpoint]))
      const head = yield* log.head
      const stale = projections.filter(({ name, version }) => {
        const checkpoint = built.get(name)
        return checkpoint === undefined || checkpoint.version !== version || checkpoint.seq > head.seq
      })
      return stale.map(({ name }) => name)
    })

    return Projector.of({ catchUp, outdated })
  })

export const layer = (projections: ReadonlyArray<Projection>) => Layer.effect(Projector, make(projections))
