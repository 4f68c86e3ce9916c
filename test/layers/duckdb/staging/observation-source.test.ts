/** The log as a table of `query`, wherever the border between the archive and the hot rows lies. */
import { truncateSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { isoMicros } from "../../../../src/domain/units/time.ts"
import * as Analytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { archivePath } from "../../../../src/layers/files/data-dir.ts"
import { archiveAll, record, segmentsOf } from "../../archive/support.ts"
import { SLOT } from "../../sqlite/support.ts"
import { scopedFolder } from "../support.ts"

const COLUMNS =
  "seq, feed, slot, page, endpoint, request, cursor, observed_at, status, base_url, encoding, body_sha256, chain_sha256"

/** Seals the observations before the last slot of the recording, and returns the last seq that was sealed. */
const seal = (dataDir: string) =>
  Effect.map(archiveAll(dataDir, undefined, isoMicros((SLOT + 2700) * 1_000_000)), () =>
    Math.max(...segmentsOf(dataDir).map(({ last_seq }) => last_seq))
  )

const ask = (dataDir: string, sql: string) =>
  Effect.map(Analytics.make({ dataDir }).query({ sql }), ({ rows }) => rows)

describe("the table observations", () => {
  it.scopedLive("has the archived rows too, without their bodies", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const questions = [
        `SELECT ${COLUMNS} FROM observations ORDER BY seq`,
        "SELECT count(*), min(observed_at), max(slot) FROM observations WHERE seq BETWEEN 3 AND 12",
        `SELECT seq FROM observations WHERE observed_at >= '${isoMicros((SLOT + 900) * 1_000_000)}' ORDER BY seq`,
        "SELECT feed, count(*) FROM observations GROUP BY feed ORDER BY feed"
      ]
      const before = yield* Effect.forEach(questions, (sql) => ask(dataDir, sql))
      const hot = yield* ask(dataDir, "SELECT seq, body FROM observations ORDER BY seq")
      const last = yield* seal(dataDir)
      assert.deepStrictEqual(yield* Effect.forEach(questions, (sql) => ask(dataDir, sql)), before)
      assert.isAbove(last, 1)
      const bodies = yield* ask(dataDir, "SELECT seq, body FROM observations ORDER BY seq")
      assert.deepStrictEqual(
        bodies,
        hot.map(([seq = null, body = null]) => [seq, Number(seq) <= last ? null : body])
      )
    })
  )

  it.scopedLive("names a segment that is cut", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      const last = yield* seal(dataDir)
      const file = join(archivePath(dataDir), `1-${last}`, "observations.parquet")
      truncateSync(file, 100)
      const error = yield* Effect.flip(Analytics.make({ dataDir }).query({ sql: "FROM observations" }))
      assert.include(error.message, file)
      assert.match(error.message, /it has 100 bytes.*bring it back from a backup/)
    })
  )
})
