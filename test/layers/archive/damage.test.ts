/** Damage to a segment is found and named, and never read over. */
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Stream } from "effect"
import { LogDamaged } from "../../../src/domain/errors.ts"
import { checkFiles, segmentFolder } from "../../../src/layers/archive/files.ts"
import { openSegment } from "../../../src/layers/archive/reader.ts"
import type { SegmentRecord } from "../../../src/layers/archive/segment.ts"
import { sha256 } from "../../../src/layers/sqlite/log/sealed.ts"
import { failsWith, raw, scopedFolder } from "../sqlite/support.ts"
import { archiveAll, hotSeqs, record, segmentsOf } from "./support.ts"

const FILES = ["observations.parquet", "pieces.parquet"]

const sealed = Effect.gen(function* () {
  const dataDir = yield* scopedFolder
  yield* record(dataDir)
  yield* archiveAll(dataDir)
  const [segment = assert.fail()] = segmentsOf(dataDir)
  return { dataDir, segment, folder: segmentFolder(dataDir, segment) }
})

/** Reads a segment as its callers do: they compare each body with its hash. */
const read = (dataDir: string, segment: SegmentRecord) =>
  Effect.flatMap(openSegment(dataDir, segment), (open) =>
    Stream.runForEach(open.observations({ from: 1, to: segment.last_seq }), (batch) =>
      Effect.forEach(batch, ({ body, body_sha256, seq }) =>
        sha256(body) === body_sha256 ? Effect.void : new LogDamaged({ seq, why: "its body differs" })
      )
    )
  ).pipe(Effect.scoped)

describe("a file of a segment", () => {
  it.scopedLive("that is missing or cut is named when the segment is opened", () =>
    Effect.gen(function* () {
      const { dataDir, folder, segment } = yield* sealed
      for (const file of FILES) {
        const path = join(folder, file)
        copyFileSync(path, join(dataDir, "aside"))
        truncateSync(path, 100)
        assert.include((yield* failsWith(openSegment(dataDir, segment), "LogDamaged")).message, path)
        rmSync(path)
        assert.include((yield* failsWith(openSegment(dataDir, segment), "LogDamaged")).message, path)
        copyFileSync(join(dataDir, "aside"), path)
      }
      yield* read(dataDir, segment)
    })
  )

  it.scopedLive(
    "with one wrong byte is named by its hash, and is never read as if it were whole",
    () =>
      Effect.gen(function* () {
        const { dataDir, folder, segment } = yield* sealed
        for (const file of FILES) {
          const path = join(folder, file)
          const bytes = readFileSync(path)
          for (let n = 0; n < 24; n++) {
            const at = Math.floor(((n + 0.5) / 24) * bytes.length)
            const flipped = Buffer.from(bytes)
            flipped[at] = (flipped[at] ?? 0) ^ 0x10
            writeFileSync(path, flipped)
            const { message } = yield* failsWith(checkFiles(folder, segment), "LogDamaged")
            assert.include(message, path)
            const found = yield* Effect.either(read(dataDir, segment))
            if (Either.isLeft(found)) assert.strictEqual(found.left._tag, "LogDamaged", found.left.message)
          }
          writeFileSync(path, bytes)
        }
        yield* checkFiles(folder, segment)
      }),
    60_000
  )
})

describe("the triggers", () => {
  it.scopedLive("let rows of the archive leave, and nothing else", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir)
      raw(dataDir, (database) =>
        assert.throws(() => database.exec("DELETE FROM observations WHERE seq = 1"), "DELETE refused")
      )
      yield* archiveAll(dataDir, undefined, "2026-11-22T12:20:00.000000Z")
      assert.strictEqual(hotSeqs(dataDir)[0], 5)
      raw(dataDir, (database) => {
        const refused = (sql: string, why: string) => assert.throws(() => database.exec(sql), why, sql)
        const columns =
          "feed, slot, page, endpoint, request, cursor, observed_at, status, base_url, encoding, body, body_sha256, chain_sha256"
        const copyAs = (seq: string, verb = "INSERT") =>
          `${verb} INTO observations (seq, ${columns}) SELECT ${seq}, ${columns.replace("page", "page + 100")} FROM observations WHERE seq = 5`
        for (const seq of [5, 16]) refused(`DELETE FROM observations WHERE seq = ${seq}`, "DELETE refused")
        refused("DELETE FROM observations", "DELETE refused")
        refused("UPDATE observations SET status = 200 WHERE seq = 5", "UPDATE refused")
        for (const seq of ["1", "4", "18"]) refused(copyAs(seq), "seq must be the next one")
        refused(copyAs("5", "REPLACE"), "append-only")
        refused("DELETE FROM archive_segments", "DELETE refused")
        refused("UPDATE archive_segments SET last_seq = 99", "UPDATE refused")
        refused(
          "INSERT INTO archive_segments SELECT 99, 100, first_observed_at, last_observed_at, pieces, body_bytes, stored_bytes, observations_bytes, observations_sha256, pieces_bytes, pieces_sha256, previous_link_sha256, link_sha256, chain_sha256, sealed_at FROM archive_segments",
          "must begin behind the last one"
        )
        database.exec(copyAs("17"))
      })
      assert.strictEqual(hotSeqs(dataDir).at(-1), 17)
    })
  )
})
