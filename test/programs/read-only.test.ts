/** Reading needs no permission to write: a directory, or a whole disk, that is read-only. */
import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stringsMarket } from "../domain/read/wire/bodies.ts"
import { page } from "../layers/projector/observations.ts"
import { tablesIn, tell } from "../layers/projector/support.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000

const isRoot = process.getuid?.() === 0

const succeeds = (command: string, ...args: ReadonlyArray<string>) => spawnSync(command, args).status === 0

/** Root may write whatever the mode of a folder is, but not on a disk that is mounted read-only. */
const mounted = (dataDir: string, at: string) =>
  succeeds("mount", "--bind", dataDir, at) && succeeds("mount", "-o", "remount,bind,ro", at)

/** The directory in a read-only place; nothing if this machine cannot make one. */
const readOnly = (dataDir: string) =>
  Effect.gen(function* () {
    const at = join(yield* folder, "read-only")
    mkdirSync(at)
    if (!isRoot) {
      rmSync(at, { recursive: true })
      symlinkSync(dataDir, at)
      yield* Effect.acquireRelease(
        Effect.sync(() => chmodSync(dataDir, 0o555)),
        () => Effect.sync(() => chmodSync(dataDir, 0o755))
      )
      return at
    }
    return yield* Effect.acquireRelease(
      Effect.sync(() => (mounted(dataDir, at) ? at : undefined)),
      () => Effect.sync(() => succeeds("umount", at))
    )
  })

const canMount = !isRoot || succeeds("unshare", "--mount", "true")

const recorded = Effect.tap(folder, (dataDir) =>
  Effect.provide(tell(page(0, [stringsMarket({ ticker: "KX-1" })], 10)), tablesIn(dataDir))
)

const reads = (dataDir: string, elsewhere: string): ReadonlyArray<readonly [string, ReadonlyArray<string>]> =>
  [
    ["status", []],
    ["query", ["SELECT ticker FROM price_snapshots"]],
    ["log", ["list"]],
    ["log", ["verify"]],
    ["replay", ["--verify"]],
    ["replay", ["--verify", "--scratch", elsewhere]],
    ["export-parquet", ["--output", join(elsewhere, "parquet")]],
    ["export-csv", ["--output", join(elsewhere, "csv")]]
  ].map(([program, args]) => [program as string, [...(args as ReadonlyArray<string>), "--data-dir", dataDir]])

describe.skipIf(!canMount)("a read-only directory", () => {
  for (const [state, prepare] of [
    ["after its recorder has stopped", () => {}],
    [
      "with what a recorder has beside it",
      (dataDir: string) => {
        for (const name of ["kalshi.db-wal", "kalshi.db-shm"]) {
          if (!existsSync(join(dataDir, name))) spawnSync("sqlite3", [join(dataDir, "kalshi.db"), "SELECT 1"])
        }
      }
    ]
  ] as const) {
    it.scopedLive(
      `can be read, ${state}`,
      () =>
        Effect.gen(function* () {
          const dataDir = yield* recorded
          prepare(dataDir)
          const at = yield* readOnly(dataDir)
          if (at === undefined) return
          const elsewhere = yield* folder
          const before = readdirSync(dataDir)
          for (const [program, args] of reads(at, elsewhere)) {
            const { code, stderr, stdout } = yield* run(program, args)
            assert.strictEqual(code, 0, `${program} ${args.join(" ")}: ${stderr}`)
            assert.isAbove(stdout.length, 5)
          }
          assert.deepStrictEqual(readdirSync(dataDir), before)
          assert.sameMembers(readdirSync(elsewhere), ["csv", "parquet"])
        }),
      PATIENCE_MILLIS
    )
  }

  it.scopedLive(
    "is not read without the rows of its write-ahead log, and programs that write say why they cannot",
    () =>
      Effect.gen(function* () {
        const dataDir = yield* recorded
        const crashed = yield* folder
        yield* Effect.provide(
          Effect.zipRight(
            tell(page(1, [stringsMarket({ ticker: "KX-2" })], 20)),
            Effect.sync(() => {
              for (const name of ["kalshi.db", "kalshi.db-wal"])
                copyFileSync(join(dataDir, name), join(crashed, name))
            })
          ),
          tablesIn(dataDir)
        )
        const at = yield* readOnly(crashed)
        if (at === undefined) return
        const status = yield* run("status", ["--data-dir", at])
        assert.strictEqual(status.code, 1)
        assert.match(status.stderr, /its newest rows are in kalshi\.db-wal/)
        for (const [program, args] of [
          ["export-csv", []],
          ["init", []]
        ] as const) {
          const { code, stderr } = yield* run(program, [...args, "--data-dir", at])
          assert.strictEqual(code, 1)
          assert.notMatch(stderr, /EROFS|EACCES|Effect|errno/)
        }
      }),
    PATIENCE_MILLIS
  )
})
