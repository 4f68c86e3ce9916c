/** Verification names the segment and the seq of any damage to the archive. */
import { cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { archivePath } from "../../../../src/layers/files/data-dir.ts"
import { ObservationLog } from "../../../../src/services/ObservationLog.ts"
import { archiveAll, record, recording, segmentsOf } from "../../archive/support.ts"
import { failsWith, readFrom, readOnlyLogIn, scopedFolder, tamper, verifyAll } from "../support.ts"

const said = recording(6)

/** A log with two segments of which the last rows are hot. */
const sealed = Effect.gen(function* () {
  const folder = yield* scopedFolder
  yield* record(folder, said)
  yield* archiveAll(folder, undefined, said[8]?.observedAt)
  yield* archiveAll(folder, undefined, said[16]?.observedAt)
  const segments = segmentsOf(folder)
  assert.deepStrictEqual(
    segments.map(({ first_seq, last_seq }) => [first_seq, last_seq]),
    [
      [1, 8],
      [9, 16]
    ]
  )
  return folder
})

const damage = (folder: string) => failsWith(Effect.provide(verifyAll, readOnlyLogIn(folder)), "LogDamaged")

const file = (folder: string, name: string) => join(archivePath(folder), "9-16", name)

const flip = (path: string, at: number) => {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

describe("log verify of an archive", () => {
  it.scoped("accepts an intact one", () =>
    Effect.gen(function* () {
      const folder = yield* sealed
      assert.strictEqual(yield* Effect.provide(verifyAll, readOnlyLogIn(folder)), said.length)
    })
  )

  it.scoped.each([
    [
      "a flipped bit of observations.parquet",
      (folder: string) => flip(file(folder, "observations.parquet"), 70)
    ],
    ["a flipped bit of pieces.parquet", (folder: string) => flip(file(folder, "pieces.parquet"), 70)],
    ["a file that was cut", (folder: string) => truncateSync(file(folder, "pieces.parquet"), 100)],
    ["a missing file", (folder: string) => rmSync(file(folder, "observations.parquet"))],
    ["a missing folder", (folder: string) => rmSync(file(folder, ""), { recursive: true })],
    ["a missing manifest", (folder: string) => rmSync(file(folder, "manifest.json"))],
    [
      "a manifest that differs",
      (folder: string) => {
        const path = file(folder, "manifest.json")
        writeFileSync(path, readFileSync(path, "utf8").replace(/"pieces": \d+/, '"pieces": 7'))
      }
    ],
    [
      "the folder of another segment",
      (folder: string) => {
        rmSync(file(folder, ""), { recursive: true })
        cpSync(join(archivePath(folder), "1-8"), join(archivePath(folder), "9-16"), { recursive: true })
      }
    ],
    [
      "a record that was changed",
      (folder: string) =>
        tamper(folder, "UPDATE archive_segments SET link_sha256 = previous_link_sha256 WHERE first_seq = 9")
    ],
    [
      "a record that does not follow the one before",
      (folder: string) =>
        tamper(folder, "UPDATE archive_segments SET previous_link_sha256 = link_sha256 WHERE first_seq = 9")
    ]
  ] as const)("names the segment: %s", ([, change]) =>
    Effect.gen(function* () {
      const folder = yield* sealed
      change(folder)
      const { message, segment, seq } = yield* damage(folder)
      assert.strictEqual(segment, "archive/9-16", message)
      assert.isTrue(seq >= 9 && seq <= 16, message)
      assert.include(message, "in the segment archive/9-16, seq ")
    })
  )

  it.scoped("names a record that is missing, and the rows that are missing with it", () =>
    Effect.gen(function* () {
      const folder = yield* sealed
      tamper(folder, "DELETE FROM archive_segments WHERE first_seq = 9")
      assert.strictEqual((yield* damage(folder)).seq, 9)
    })
  )

  it.scoped("checks the chain across the border", () =>
    Effect.gen(function* () {
      const folder = yield* sealed
      tamper(folder, "UPDATE archive_segments SET chain_sha256 = upper(chain_sha256) WHERE first_seq = 9")
      const path = file(folder, "manifest.json")
      const [, last] = segmentsOf(folder)
      writeFileSync(
        path,
        readFileSync(path, "utf8").replace(/"chain_sha256": "\w+"/, `"chain_sha256": "${last?.chain_sha256}"`)
      )
      assert.strictEqual((yield* damage(folder)).seq, 16)
      const hotOnly = Effect.flatMap(ObservationLog, (log) => Stream.runDrain(log.verify({ from: 17 })))
      const { seq } = yield* failsWith(Effect.provide(hotOnly, readOnlyLogIn(folder)), "LogDamaged")
      assert.strictEqual(seq, 17)
    })
  )

  it.scoped("is not needed to find out that a segment is missing: reading says so too", () =>
    Effect.gen(function* () {
      const folder = yield* sealed
      renameSync(file(folder, ""), join(folder, "elsewhere"))
      const { segment } = yield* failsWith(Effect.provide(readFrom(1), readOnlyLogIn(folder)), "LogDamaged")
      assert.strictEqual(segment, "archive/9-16")
    })
  )
})
