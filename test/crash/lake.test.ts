/**
 * A flush and a compaction are killed at random moments, again and again. The lake has each row once whenever one ends,
 * and files that no record lists are removed. CRASH_ROUNDS sets the number of rounds, CRASH_SEED other moments.
 */
import { spawn } from "node:child_process"
import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Config, Effect, FastCheck as fc } from "effect"
import { lakePath } from "../../src/layers/files/data-dir.ts"
import { answers, compact, flush, inLake, inTables, said } from "../layers/lake/support.ts"
import { rowsOf, tablesIn, tell } from "../layers/projector/support.ts"
import { raw, scopedFolder } from "../layers/sqlite/support.ts"
import { commandOf } from "../programs/run.ts"

/** Runs the child, and kills it some milliseconds after it has begun. Tells whether it was done before. */
const killedAfter = (folder: string, millis: number): Effect.Effect<boolean> =>
  Effect.async((resume) => {
    const child = spawn(process.execPath, [...commandOf("flush-child"), folder], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    child.stdout.on("data", (chunk) => {
      if (output === "") setTimeout(() => child.kill("SIGKILL"), millis)
      output += chunk
    })
    child.once("close", () => resume(Effect.succeed(output.includes("done"))))
  })

const rounds = fc.record({
  millis: fc.integer({ min: 0, max: 1500 }),
  told: fc.array(said, { minLength: 2, maxLength: 5 })
})

/** Lets the files of the flushes so far be those of a day that is over. */
const age = (folder: string) =>
  raw(folder, (database) => database.exec("UPDATE lake_files SET added_at = '2026-01-01T00:00:00.000000Z'"))

/** The files of the lake, without those that a killed work had finished and not recorded: they are put aside. */
const onDisk = (folder: string) =>
  readdirSync(lakePath(folder), { encoding: "utf8", recursive: true })
    .filter((path) => path.includes(".parquet") && !path.startsWith("unlisted/"))
    .sort()

describe("a lake whose writer is killed", () => {
  it.scopedLive(
    "has every row once, and no file that is not listed",
    () =>
      Effect.gen(function* () {
        const numRuns = yield* Config.integer("CRASH_ROUNDS").pipe(Config.withDefault(3))
        const seed = yield* Config.integer("CRASH_SEED").pipe(Config.withDefault(20261122))
        const folder = yield* scopedFolder
        let pages = 0
        let killed = 0
        for (const { millis, told } of fc.sample(rounds, { numRuns, seed })) {
          yield* Effect.provide(tell(...answers(pages, told)), tablesIn(folder))
          pages += told.length
          if (!(yield* killedAfter(folder, millis))) killed += 1
          assert.strictEqual(rowsOf(folder, "PRAGMA integrity_check")[0]?.integrity_check, "ok")
          const lost = rowsOf(folder, "SELECT path FROM lake_files WHERE removed_at IS NULL").filter(
            ({ path }) => !onDisk(folder).includes(String(path))
          )
          assert.deepStrictEqual(lost, [], `seed ${seed}, killed after ${millis} ms`)
          age(folder)
        }
        assert.isAbove(killed, 0)
        yield* flush(folder)
        assert.deepStrictEqual(yield* inLake(folder), inTables(folder), `seed ${seed}`)
        yield* compact(folder)
        assert.deepStrictEqual(yield* inLake(folder), inTables(folder), `seed ${seed}`)
        assert.deepStrictEqual(
          onDisk(folder),
          rowsOf(folder, "SELECT path FROM lake_files WHERE removed_at IS NULL ORDER BY path").map(
            ({ path }) => path
          )
        )
      }),
    600_000
  )
})
