/** The records beside the log, and the status, are right for a log of which a part is archived. */
import { readFileSync, writeFileSync } from "node:fs"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { anchorPath, archivePath, databasePath } from "../../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../../src/layers/sqlite/database/Database.ts"
import { checkAnchor, dropAnchor } from "../../../../src/layers/sqlite/log/anchor.ts"
import * as SqliteRuns from "../../../../src/layers/sqlite/records/CollectionRuns.ts"
import * as RunLife from "../../../../src/layers/sqlite/records/run-life.ts"
import { logExtent } from "../../../../src/layers/sqlite/status/log-extent.ts"
import { CollectionRuns } from "../../../../src/services/CollectionRuns.ts"
import { archiveAll, record } from "../../archive/support.ts"
import { answer, databaseIn, failsWith, raw, SLOT, scopedFolder } from "../support.ts"

const said = [answer(0), answer(1), answer(2), answer(3, { slot: SLOT - 900 })]
const AT = "2026-11-22T12:30:00.000000Z"

const check = (folder: string) =>
  Effect.provide(checkAnchor, SqliteDatabase.layer(databasePath(folder), "reader"))

describe("with archived rows", () => {
  it.scoped("the status has the extent of the whole log", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const extent = Effect.flatMap(SqliteDatabase.Database, ({ sql }) => logExtent(sql)).pipe(
        Effect.provide(databaseIn(folder))
      )
      assert.deepStrictEqual(yield* extent, { observations: 0, firstObservedAt: null, lastObservedAt: null })
      yield* record(folder, said)
      const whole = yield* extent
      assert.deepStrictEqual(whole, {
        observations: 4,
        firstObservedAt: said[0]?.observedAt ?? null,
        lastObservedAt: said[3]?.observedAt ?? null
      })
      yield* archiveAll(folder, undefined, said[2]?.observedAt)
      assert.deepStrictEqual(yield* extent, whole)
      yield* archiveAll(folder)
      assert.deepStrictEqual(yield* extent, whole)
    })
  )

  it.scoped("an interrupted run has all of its pages", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, said)
      yield* archiveAll(folder, undefined, said[2]?.observedAt)
      const layer = Layer.provideMerge(SqliteRuns.layer, databaseIn(folder)).pipe(
        Layer.provide(NodeContext.layer)
      )
      yield* Effect.gen(function* () {
        const { start } = yield* RunLife.make
        yield* start({ feed: "markets", slot: SLOT, interval: 900, startedAt: AT })
        const runs = yield* CollectionRuns
        assert.strictEqual(yield* runs.closeInterrupted(AT), 1)
      }).pipe(Effect.provide(layer))
      const [run] = raw(folder, (database) => database.prepare("SELECT pages FROM collection_runs").all())
      assert.deepStrictEqual(run, { pages: 3 })
    })
  )

  it.scoped("an archive that cannot be searched does not keep a recorder from starting", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, said)
      yield* archiveAll(folder, undefined, said[2]?.observedAt)
      writeFileSync(`${archivePath(folder)}/1-2/observations.parquet`, "")
      yield* Effect.gen(function* () {
        const { closeInterrupted, start } = yield* RunLife.make
        yield* start({ feed: "markets", slot: SLOT, interval: 900, startedAt: AT })
        assert.strictEqual(yield* closeInterrupted(AT), 1)
      }).pipe(Effect.provide(databaseIn(folder)))
      const [run] = raw(folder, (database) => database.prepare("SELECT pages FROM collection_runs").all())
      assert.deepStrictEqual(run, { pages: 1 }, "the page that is hot")
    })
  )

  it.scoped("the anchor is where the log ends, or within a segment", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* record(folder, said.slice(0, 3))
      yield* Effect.provide(dropAnchor, databaseIn(folder))
      yield* record(folder, said.slice(3))
      yield* archiveAll(folder)
      yield* check(folder)
      const anchor = readFileSync(anchorPath(folder), "utf8")
      writeFileSync(anchorPath(folder), anchor.replace(/"chainSha256": "(\w+)"/, '"chainSha256": "0"'))
      const { why } = yield* failsWith(check(folder), "LogCutShort")
      assert.match(why, /^seq 3 is not the observation/)
      yield* Effect.provide(dropAnchor, databaseIn(folder))
      assert.strictEqual(JSON.parse(readFileSync(anchorPath(folder), "utf8")).seq, 4)
      yield* check(folder)
    })
  )
})
