/** An older copy of the database is put back beside a newer archive: what fits becomes part of the log again. */
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { adoptSegments, archiveAhead } from "../../../src/layers/archive/adoption.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import { appendAll, copyOf, databaseIn, logIn, scopedFolder } from "../sqlite/support.ts"
import { archiveAll, archived, hotSeqs, record, recording, segmentsOf } from "./support.ts"

const ANSWERS = recording(6, 2, 20)
const OLD = 4
const LIMITS = { pieces: 40, pieceBytes: 1_000_000 }

/** Puts a copy of the database in the place of the one that is there. */
const putBack = (copy: string, dataDir: string) => {
  for (const end of ["-wal", "-shm"]) rmSync(databasePath(dataDir) + end, { force: true })
  copyFileSync(databasePath(copy), databasePath(dataDir))
}

/** A data directory whose whole log is archived, and an older copy of its database, with its first answers. */
const scene = Effect.gen(function* () {
  const dataDir = yield* scopedFolder
  yield* record(dataDir, ANSWERS.slice(0, OLD))
  const old = yield* copyOf(dataDir)
  yield* record(dataDir, ANSWERS.slice(OLD))
  yield* archiveAll(dataDir, LIMITS)
  const segments = segmentsOf(dataDir)
  assert.isAtLeast(segments.length, 3)
  const bodies = yield* archived(dataDir)
  return { dataDir, old, segments, bodies }
})

/** Opens the directory as a writer does. Returns what it logged. */
const opened = (dataDir: string, answers: ReadonlyArray<Observation> = []) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => said.push(`${logLevel.label} ${message}`))
    yield* Effect.zipRight(adoptSegments(dataDir), appendAll(answers)).pipe(
      Effect.provide(logIn(dataDir)),
      Effect.provide(NodeContext.layer),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger))
    )
    return said.filter((line) => !line.startsWith("INFO")).join("\n")
  })

const ahead = (dataDir: string) => Effect.provide(archiveAhead(dataDir), databaseIn(dataDir))

const folderOf = (dataDir: string, n: number) => {
  const seqOf = (name: string) => Number(name.split("-")[0])
  const names = readdirSync(join(dataDir, "archive")).sort((one, other) => seqOf(one) - seqOf(other))
  return join(dataDir, "archive", names[n] ?? "")
}

const later = (n: number) => recording(n + 8, 1, 3).slice(-2)

describe("a log that ends before its archive", () => {
  it.scoped("gets the segments that it does not know, and goes on behind them", () =>
    Effect.gen(function* () {
      const { bodies, dataDir, old, segments } = yield* scene
      putBack(old, dataDir)
      assert.deepStrictEqual(Option.getOrThrow(yield* ahead(dataDir)), {
        logEnd: OLD,
        archiveEnd: ANSWERS.length
      })
      const said = yield* opened(dataDir, later(0))
      assert.match(said, /^WARN the log ended at seq 4 and its archive at seq 18: .*part of the log again/)
      assert.deepStrictEqual(segmentsOf(dataDir), segments)
      assert.deepStrictEqual(yield* archived(dataDir), bodies)
      assert.deepStrictEqual(hotSeqs(dataDir), [1, 2, 3, 4, 19, 20])
      assert.isTrue(Option.isNone(yield* ahead(dataDir)))
      assert.strictEqual(yield* opened(dataDir), "", "it is noticed once")
      yield* archiveAll(dataDir, LIMITS)
      assert.deepStrictEqual(hotSeqs(dataDir), [])
      assert.deepStrictEqual((yield* archived(dataDir)).slice(0, bodies.length), bodies)
    })
  )

  it.scoped("also when the database knew a part of the segments, or was lost altogether", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      yield* record(dataDir, ANSWERS.slice(0, 9))
      yield* archiveAll(dataDir, LIMITS)
      const known = segmentsOf(dataDir).length
      const old = yield* copyOf(dataDir)
      yield* record(dataDir, ANSWERS.slice(9))
      yield* archiveAll(dataDir, LIMITS)
      const segments = segmentsOf(dataDir)
      assert.isAbove(segments.length, known)
      putBack(old, dataDir)
      assert.match(yield* opened(dataDir), /^WARN the log ended at seq 9/)
      assert.deepStrictEqual(segmentsOf(dataDir), segments)
      for (const end of ["", "-wal", "-shm"]) rmSync(databasePath(dataDir) + end, { force: true })
      assert.match(yield* opened(dataDir), /^WARN the log ended at seq 0/)
      assert.deepStrictEqual(segmentsOf(dataDir), segments)
    })
  )

  it.scoped(
    "is left alone where its observations are sealed but not recorded, as a killed program leaves them",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* scopedFolder
        yield* record(dataDir, ANSWERS)
        const old = yield* copyOf(dataDir)
        yield* archiveAll(dataDir, LIMITS)
        putBack(old, dataDir)
        assert.isTrue(Option.isNone(yield* ahead(dataDir)))
        assert.strictEqual(yield* opened(dataDir), "")
        assert.deepStrictEqual(segmentsOf(dataDir), [])
      })
  )

  it.scoped("keeps apart from segments of other observations under the same seqs", () =>
    Effect.gen(function* () {
      const { dataDir, old, segments } = yield* scene
      putBack(old, dataDir)
      // Somebody recorded into the older copy before anybody noticed.
      const archive = join(dataDir, "archive")
      renameSync(archive, `${archive}-away`)
      yield* record(dataDir, later(1))
      renameSync(`${archive}-away`, archive)
      const said = yield* opened(dataDir, later(2))
      assert.match(said, /^ERROR .*at seq 5: the archive and kalshi.db have different observations/)
      assert.include(said, "Recording goes on behind what is there")
      assert.deepStrictEqual(
        segmentsOf(dataDir),
        segments.filter(({ last_seq }) => last_seq <= OLD)
      )
      assert.deepStrictEqual(hotSeqs(dataDir), [1, 2, 3, 4, 5, 6, 7, 8])
    })
  )

  it.scoped("takes no segment that is damaged, missing, or of another log, and none behind it", () =>
    Effect.gen(function* () {
      const { dataDir, old, segments } = yield* scene
      const other = yield* scopedFolder
      yield* record(other, recording(6, 2, 21))
      yield* archiveAll(other, LIMITS)
      const second = folderOf(dataDir, 1)
      for (const [damage, repair, words] of damages(second, other)) {
        putBack(old, dataDir)
        damage()
        const said = yield* opened(dataDir)
        assert.match(said, /^ERROR the log ended at seq 4/, words)
        assert.include(said, words)
        assert.deepStrictEqual(segmentsOf(dataDir), segments.slice(0, 1), words)
        repair()
      }
      putBack(old, dataDir)
      yield* opened(dataDir)
      assert.deepStrictEqual(segmentsOf(dataDir), segments)
    })
  )
})

/** Ways to damage the folder of a segment, their repair, and a part of what is said about each. */
const damages = (
  folder: string,
  other: string
): ReadonlyArray<readonly [damage: () => void, repair: () => void, words: string]> => {
  const away = `${folder}.away`
  const moved = [() => renameSync(folder, away), () => renameSync(away, folder)] as const
  const flipped = (name: string) => {
    const whole = readFileSync(join(folder, name))
    const bytes = Buffer.from(whole)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4
    return [
      () => writeFileSync(join(folder, name), bytes),
      () => writeFileSync(join(folder, name), whole)
    ] as const
  }
  const manifest = join(folder, "manifest.json")
  const whole = readFileSync(manifest, "utf8")
  return [
    [...moved, "the archive has no segment that begins here"],
    [...flipped("pieces.parquet"), "pieces.parquet"],
    [...flipped("observations.parquet"), "observations.parquet"],
    [() => writeFileSync(manifest, "{"), () => writeFileSync(manifest, whole), "manifest.json"],
    [
      () => writeFileSync(manifest, readFileSync(join(folderOf(other, 1), "manifest.json"))),
      () => writeFileSync(manifest, whole),
      "belongs to another log"
    ]
  ]
}
