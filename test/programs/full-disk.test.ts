/** A full disk: programs read what is on it, and report why they cannot write. */
import { spawnSync } from "node:child_process"
import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
import { archiveAll } from "../layers/archive/support.ts"
import { logOf, logOfLength } from "../layers/backup/support.ts"
import { page } from "../layers/projector/observations.ts"
import { tablesIn, tell } from "../layers/projector/support.ts"
import { logIn, verifyAll } from "../layers/sqlite/support.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const succeeds = (command: string, ...args: ReadonlyArray<string>) => spawnSync(command, args).status === 0

/** A disk of its own, if this machine lets the tests mount one. */
const disk = Effect.gen(function* () {
  const at = join(yield* folder, "disk")
  mkdirSync(at)
  return yield* Effect.acquireRelease(
    Effect.sync(() => (succeeds("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", at) ? at : undefined)),
    () => Effect.sync(() => succeeds("umount", at))
  )
})

/** Fills the disk but for some bytes. */
const fill = (at: string, room = 0) => {
  const block = Buffer.alloc(4096, 1)
  const { bavail, bsize } = statfsSync(at)
  appendFileSync(join(at, "filling"), Buffer.alloc(Math.max(0, bavail * bsize - room), 1))
  if (room > 0) return
  try {
    for (;;) appendFileSync(join(at, "filling"), block)
  } catch (error) {
    assert.strictEqual((error as NodeJS.ErrnoException).code, "ENOSPC")
  }
}

const FULL = /^kalshi: [^\n]*the disk is full; free some space[^\n]*\n$/m

describe.skipIf(process.getuid?.() !== 0)("a full disk", () => {
  it.scopedLive(
    "ends a replay when it stops a worker, with one message and without remains",
    () =>
      Effect.gen(function* () {
        const at = yield* disk
        if (at === undefined) return
        const dataDir = yield* folder
        const markets = Array.from({ length: 1000 }, (_, n) =>
          stringsMarket({ ticker: `KX-${n}`, title: `${n} `.repeat(500) })
        )
        yield* Effect.provide(tell(...[0, 1, 2, 3].map((n) => page(n, markets, n))), tablesIn(dataDir))
        // A single worker would find room for its tables.
        const { code, stderr } = yield* run("replay", [
          ...["--verify", "--scratch", at, "--data-dir", dataDir],
          ...["--workers", "4"]
        ])
        assert.strictEqual(code, 1)
        assert.match(stderr, FULL)
        assert.lengthOf(stderr.match(/^kalshi: /gm) ?? [], 1)
        assert.deepStrictEqual(readdirSync(at), [])
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "leaves nothing of a backup, nor of a restore",
    () =>
      Effect.gen(function* () {
        const at = yield* disk
        if (at === undefined) return
        const dataDir = yield* logOfLength(40)
        const whole = join(yield* folder, "backup")
        writeFileSync(join(at, "in-the-way"), Buffer.alloc(4_000_000, 1))
        for (const [program, ...words] of [
          ["backup", "--data-dir", dataDir, "--output", whole],
          ["backup", "--data-dir", dataDir, "--output", join(at, "backup")],
          ["restore", whole, "--data-dir", join(at, "data")]
        ] as const) {
          const { code, stderr } = yield* run(program, words)
          if (words.includes(whole) && program === "backup") assert.strictEqual(code, 0, stderr)
          else {
            assert.strictEqual(code, 1, program)
            assert.match(stderr, FULL)
          }
        }
        const left = readdirSync(at, { recursive: true, encoding: "utf8" })
        assert.deepStrictEqual(left.sort(), ["data", "data/writer.lock", "in-the-way"])
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "leaves one whole copy of what is being archived, and the next run goes on",
    () =>
      Effect.gen(function* () {
        const at = yield* disk
        if (at === undefined) return
        const source = yield* logOfLength(12)
        const dataDir = join(at, "data")
        const refused: Array<string> = []
        // With so little room the files do not fit, or the removal of the rows, or giving their pages back.
        for (const room of [900_000, 2_000_000, 2_300_000]) {
          rmSync(dataDir, { recursive: true, force: true })
          cpSync(source, dataDir, { recursive: true })
          fill(at, room)
          const ended = yield* Effect.either(archiveAll(dataDir))
          if (ended._tag === "Left") refused.push(ended.left.message)
          rmSync(join(at, "filling"))
          // The hash chain says that it is the same log.
          assert.strictEqual(yield* Effect.provide(verifyAll, logIn(dataDir)), 12, `${room} bytes of room`)
          yield* archiveAll(dataDir)
          assert.strictEqual(yield* Effect.provide(verifyAll, logIn(dataDir)), 12)
          assert.deepStrictEqual(readdirSync(join(dataDir, "archive")), ["1-12"])
          assert.deepStrictEqual(logOf(dataDir), [])
        }
        assert.isAtLeast(refused.length, 2)
        for (const message of refused)
          assert.match(
            message,
            /(archive\/\.sealing-1|kalshi\.db).* failed: the disk is full; free some space/
          )
      }),
    PATIENCE_MILLIS
  )

  it.scopedLive(
    "can be read, is named by programs that write, and with free space everything works again",
    () =>
      Effect.gen(function* () {
        const at = yield* disk
        if (at === undefined) return
        const source = yield* folder
        const market = [stringsMarket({ ticker: "KX-1" })]
        yield* Effect.provide(tell(page(0, market, 10), page(1, market, 20)), tablesIn(source))
        const dataDir = join(at, "data")
        cpSync(source, dataDir, { recursive: true })
        const elsewhere = yield* folder
        fill(at)

        const on = ["--data-dir", dataDir]
        for (const [program, args] of [
          ["status", []],
          ["log", ["verify"]],
          ["export-csv", ["--output", join(elsewhere, "csv")]],
          ["replay", ["--verify", "--scratch", elsewhere]]
        ] as const) {
          const { code, stderr } = yield* run(program, [...args, ...on])
          assert.strictEqual(code, 0, `${program}: ${stderr}`)
        }
        for (const [program, args] of [
          ["export-parquet", []],
          ["replay", ["--verify"]],
          ["replay", []],
          ["replay", ["--workers", "2"]],
          ["init", []],
          ["prune", []]
        ] as const) {
          const { code, stderr } = yield* run(program, [...args, ...on])
          assert.strictEqual(code, 1, program)
          assert.match(stderr, FULL, program)
          assert.notMatch(stderr, /SQLITE|ENOSPC|I\/O error|Effect/)
        }

        rmSync(join(at, "filling"))
        const { code, stderr } = yield* run("replay", on)
        assert.strictEqual(code, 0, stderr)
      }),
    PATIENCE_MILLIS
  )
})
