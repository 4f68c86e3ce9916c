/** Detection of a missing end of the log: lost with its write-ahead log, or replaced by an older copy. */
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { anchorPath, databasePath } from "../../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import { checkAnchor, dropAnchor, recoverAnchor } from "../../../../src/layers/sqlite/log/anchor.ts"
import * as SqliteBackfillJobs from "../../../../src/layers/sqlite/records/BackfillJobs.ts"
import * as SqliteRuns from "../../../../src/layers/sqlite/records/CollectionRuns.ts"
import { BackfillJobs } from "../../../../src/services/BackfillJobs.ts"
import { CollectionRuns } from "../../../../src/services/CollectionRuns.ts"
import { ObservationLog } from "../../../../src/services/ObservationLog.ts"
import { answer, appendAll, failsWith, logIn, SLOT, scopedFolder } from "../support.ts"

const writerIn = (folder: string) => Layer.provideMerge(SqliteRuns.layer, logIn(folder))

/** A slot of a feed with one answer, as the recorder writes it. */
const slot = (n: number) =>
  Effect.gen(function* () {
    const runs = yield* CollectionRuns
    const key = { feed: "markets", slot: SLOT + n * 900 }
    const log = yield* ObservationLog
    yield* runs.bracket({ ...key, interval: 900 }, log.append(answer(0, { slot: key.slot })), () =>
      Effect.succeed({
        status: "complete",
        reason: null,
        pages: 1,
        items: 0,
        watermark: null,
        failedAttempts: 0
      } as const)
    )
  })

const slots = (from: number, to: number) =>
  Effect.forEach(
    Array.from({ length: to - from }, (_, index) => from + index),
    slot,
    { discard: true }
  )

const FILES = ["kalshi.db", "kalshi.db-wal", "anchor.json"]

/** The files as a crash at this moment would leave them. */
const crashed = (folder: string) =>
  Effect.tap(scopedFolder, (copy) =>
    Effect.sync(() => {
      for (const name of FILES)
        if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name))
    })
  )

const check = (folder: string) =>
  Effect.provide(checkAnchor, SqliteDatabase.layer(databasePath(folder), "reader"))

const why = (folder: string) => Effect.map(failsWith(check(folder), "LogCutShort"), ({ why }) => why)

const anchorOf = (folder: string) => JSON.parse(readFileSync(anchorPath(folder), "utf8"))

/** Two slots in the file and three more only in its write-ahead log, all anchored. */
const recorded = Effect.gen(function* () {
  const folder = yield* scopedFolder
  yield* Effect.provide(slots(0, 2), writerIn(folder))
  return yield* Effect.provide(Effect.zipRight(slots(2, 5), crashed(folder)), writerIn(folder))
})

describe("the anchor", () => {
  it.scoped("is at the end of the log after each slot, and accepts the files that a crash leaves", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        for (const n of [0, 1, 2]) {
          yield* slot(n)
          assert.strictEqual(anchorOf(folder).seq, n + 1)
          yield* check(yield* crashed(folder))
        }
        // Rows after the anchor are neither a loss nor damage.
        yield* appendAll([answer(1)])
        yield* check(yield* crashed(folder))
      }).pipe(Effect.provide(writerIn(folder)))
      yield* check(folder)
    })
  )

  it.scoped("names the rows that were lost with a deleted write-ahead log", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      yield* check(folder)
      rmSync(`${databasePath(folder)}-wal`)
      assert.match(
        yield* why(folder),
        /^the log ends at seq 2, the anchor of \S+Z says 5: the last 3 observations are missing$/
      )
    })
  )

  it.scoped("detects a write-ahead log that was cut at any place, unless nothing is lost", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const wal = readFileSync(`${databasePath(folder)}-wal`)
      let cuts = 0
      for (let length = 0; length < wal.length; length += 20_000) {
        const copy = yield* crashed(folder)
        truncateSync(`${databasePath(copy)}-wal`, length)
        assert.match(yield* why(copy), /missing$/, `${length} of ${wal.length} bytes`)
        cuts++
      }
      assert.isAbove(cuts, 3)
    })
  )

  it.scoped("detects an older copy, until the user confirms it", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(slots(0, 2), writerIn(folder))
      const backup = readFileSync(databasePath(folder))
      yield* Effect.provide(slots(2, 3), writerIn(folder))
      writeFileSync(databasePath(folder), backup)
      const { message } = yield* failsWith(check(folder), "LogCutShort")
      assert.match(message, /the last observation is missing/)
      assert.include(message, `delete ${anchorPath(folder)}`)
      rmSync(anchorPath(folder))
      yield* check(folder)
      yield* Effect.provide(Effect.zipRight(recoverAnchor, slots(2, 3)), writerIn(folder))
      yield* check(folder)
      assert.strictEqual(anchorOf(folder).seq, 3)
    })
  )

  it.scoped("makes the next recorder warn, continue, and keep the loss on record", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      rmSync(`${databasePath(folder)}-wal`)
      const said: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => said.push(`${logLevel.label} ${message}`))
      yield* Effect.zipRight(recoverAnchor, slots(2, 9)).pipe(
        Effect.provide(writerIn(folder)),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
      assert.match(said.join("\n"), /^ERROR the log ends at seq 2.*Recording goes on/m)
      assert.strictEqual(anchorOf(folder).seq, 9)
      assert.match(
        yield* why(folder),
        /recorded as seq 3 to 5 until \S+Z were missing at \S+Z, and what stands there now came later/
      )
      yield* Effect.provide(recoverAnchor, writerIn(folder))
      assert.lengthOf(anchorOf(folder).losses, 1, "it is noticed once")
    })
  )

  it.scoped("detects a log that was rewritten, whatever its length", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const other = yield* scopedFolder
      yield* Effect.provide(slots(5, 12), writerIn(other))
      copyFileSync(anchorPath(folder), anchorPath(other))
      assert.match(yield* why(other), /^seq 5 is not the observation that was anchored/)
    })
  )

  it.scoped("that is damaged is set aside by the next recorder, and reported by a reader", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      writeFileSync(anchorPath(folder), '{"seq": 5')
      assert.match((yield* failsWith(check(folder), "StorageFailed")).message, /it is damaged/)
      yield* Effect.provide(Effect.zipRight(recoverAnchor, dropAnchor), writerIn(folder))
      assert.strictEqual(readFileSync(`${anchorPath(folder)}.damaged`, "utf8"), '{"seq": 5')
      assert.strictEqual(anchorOf(folder).seq, 5)
      yield* check(folder)
    })
  )

  it.scoped("is also updated by a backfill, as far as it has come", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const backfills = yield* BackfillJobs
        const spec = {
          series: "KX",
          event: null,
          tickers: [],
          from: null,
          to: null,
          kinds: ["trades"]
        } as const
        const { slot } = yield* backfills.request({ ...spec, period: 60 }, SLOT)
        const log = yield* ObservationLog
        const work = Effect.gen(function* () {
          yield* log.append(answer(0, { feed: "backfill" }))
          yield* backfills.progress(slot, { requests: 9, requestsDone: 1, pages: 1, items: 0 })
          assert.strictEqual(anchorOf(folder).seq, 1)
          yield* log.append(answer(1, { feed: "backfill" }))
        })
        const end = { status: "complete", reason: null } as const
        yield* backfills.bracket(
          slot,
          () => work,
          () => Effect.succeed(end)
        )
        assert.strictEqual(anchorOf(folder).seq, 2)
      }).pipe(Effect.provide(Layer.provideMerge(SqliteBackfillJobs.layer, logIn(folder))))
    })
  )
})
