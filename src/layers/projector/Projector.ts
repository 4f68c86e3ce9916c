/** The Projector over SQLite: reads the log in batches and commits each with the checkpoints it moves. */
import { Chunk, Effect, HashSet, Layer, Metric, Ref, Stream } from "effect"
import type { Projection } from "../../domain/read/projection.ts"
import type { Era } from "../../domain/read/wire/era.ts"
import { outdatedTables } from "../../domain/tables-failure.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type CaughtUp, Projector } from "../../services/Projector.ts"
import * as Metrics from "../metrics.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { open } from "../sqlite/log/sealed.ts"
import { isReconstruction } from "../sqlite/records/reconstruction.ts"
import * as Batch from "./batch.ts"
import { type CarryOver, noCarryOver } from "./carry-over.ts"
import type { Decoded } from "./decoding/decode.ts"
import * as Decoding from "./decoding/decode.ts"

/** The number of bodies that are open at a time, the one that is being written not counted. */
const OPEN_MAX = 3

/** The largest number of observations in a batch. It takes those whose bodies are open when the one before commits. */
const BATCH_MAX = 8
const BATCH_WAIT = "2 millis"

interface Checkpoint {
  readonly projection: string
  readonly version: number
  readonly seq: number
}

/** The parts that one call of `catchUp` has put into quarantine for the first time. */
interface Fresh {
  readonly count: number
  readonly first: string | undefined
}

export const make = (projections: ReadonlyArray<Projection>, carryOver: CarryOver) =>
  Effect.gen(function* () {
    const database = yield* Database
    const { sql } = database
    const log = yield* ObservationLog
    const names = projections.map(({ name }) => name)
    const catchingUp = yield* Effect.makeSemaphore(1)
    const decode = Decoding.make()
    const surprises = yield* Ref.make(HashSet.empty<Era>())

    /** Warns once for each era, because a recording of old answers is a surprise on every page. */
    const reportSurprise = ({ seq, surprise }: Decoded) =>
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

    const catchUp: Projector["Type"]["catchUp"] = ({ onProgress = () => Effect.void, to } = {}) =>
      Effect.gen(function* () {
        const reached = yield* checkpoints
        const ofAnother = otherVersions(reached)
        if (ofAnother.length > 0) return yield* outdatedTables(ofAnother)
        const read = new Map(reached.map(({ projection, seq }) => [projection, seq]))
        const first = Math.min(...projections.map(({ name }) => read.get(name) ?? 0))
        // Projections may have different checkpoints: each takes only what it has not read.
        const { write } = Batch.make(database, projections, carryOver, (observation) =>
          decode(
            observation,
            projections.filter(({ name }) => observation.seq > (read.get(name) ?? 0))
          )
        )
        const moveTo = (seq: number) => sql`
          UPDATE projection_checkpoints SET seq = ${seq} WHERE seq < ${seq} AND ${sql.in("projection", names)}
        `
        const fresh = yield* Ref.make<Fresh>({ count: 0, first: undefined })
        const start: CaughtUp = { observations: 0, rows: 0, quarantined: 0, seq: first }
        return yield* log.read({ from: first + 1, ...(to === undefined ? {} : { to }) }).pipe(
          Stream.flattenIterables,
          // Bodies are decompressed in threads of Node while the one before is decoded and written.
          Stream.mapEffect(open, { concurrency: OPEN_MAX }),
          Stream.groupedWithin(BATCH_MAX, BATCH_WAIT),
          Stream.map(Chunk.toReadonlyArray),
          Stream.runFoldEffect(start, (sum, batch) =>
            Effect.gen(function* () {
              const seq = batch.at(-1)?.seq ?? sum.seq
              const written = yield* write(batch, moveTo(seq)).pipe(
                storage("writing the tables"),
                Effect.uninterruptible
              )
              const answers = written.map(({ decoded }) => decoded)
              yield* Effect.forEach(answers, reportSurprise, { discard: true })
              const quarantined = written.flatMap(({ quarantined }) => quarantined)
              yield* Ref.update(fresh, ({ count, first = quarantined[0] }) => ({
                count: count + quarantined.length,
                first
              }))
              const rows = answers.reduce((rows, answer) => rows + rowsIn(answer), 0)
              yield* Metric.incrementBy(Metrics.rows, rows)
              yield* onProgress(seq)
              return {
                observations: sum.observations + batch.length,
                rows: sum.rows + rows,
                quarantined: sum.quarantined + answers.reduce((n, { problems }) => n + problems.length, 0),
                seq
              }
            })
          ),
          Effect.zipLeft(Effect.flatMap(Ref.get(fresh), reportQuarantined))
        )
      }).pipe(catchingUp.withPermits(1), Effect.withSpan("Projector.catchUp"))

    const outdated = Effect.gen(function* () {
      const reached = yield* checkpoints
      const head = yield* log.head
      const hasLog = !(yield* Effect.provideService(isReconstruction, Database, database))
      const ahead = reached.filter(({ seq }) => hasLog && seq > head.seq).map(({ projection }) => projection)
      const stale = [...otherVersions(reached), ...ahead]
      return names.filter((name) => stale.includes(name))
    })

    return Projector.of({ catchUp, outdated })
  })

const rowsIn = ({ tables }: Decoded): number => tables.reduce((sum, { rows }) => sum + rows.rows.length, 0)

export const layer = (projections: ReadonlyArray<Projection>, carryOver = noCarryOver) =>
  Layer.effect(Projector, make(projections, carryOver))
