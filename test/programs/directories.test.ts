/** Data directories that are missing or unusable: what each program reports, and what it leaves unchanged. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { makeDataDir, requireDatabase } from "../../src/layers/files/data-dir-access.ts"
import { folder, run } from "./run.ts"

const PATIENCE_MILLIS = 300_000

/** Asserts one message of this project, without one of Effect or Node, and without a stack trace. */
const refuses = (program: string, args: ReadonlyArray<string>, said: RegExp) =>
  Effect.map(run(program, args), ({ code, stderr }) => {
    assert.strictEqual(code, 1, `${program} ${args.join(" ")}: ${stderr}`)
    assert.match(stderr, said)
    assert.match(stderr, /^kalshi: [^\n]*\n$/)
    assert.notMatch(stderr, /FileSystem|E[A-Z]{4,}|SQLITE|\bat \S+ \(/)
  })

/** Tests in a container run as root, who may enter every folder; these give the folder to another user. */
const asNobody = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const user = process.geteuid?.()
      if (user === 0) process.seteuid?.(65_534)
      return user
    }),
    () => self,
    (user) => Effect.sync(() => user === 0 && process.seteuid?.(user))
  )

describe("a data directory", { timeout: PATIENCE_MILLIS }, () => {
  it.scopedLive("that is missing is created by no program that works on recorded data", () =>
    Effect.gen(function* () {
      const missing = join(yield* folder, "mistyped", "deep")
      const on = ["--data-dir", missing]
      for (const [program, args] of [
        ["replay", on],
        ["replay", ["--verify", ...on]],
        ["prune", on],
        ["status", on],
        ["export-csv", on],
        ["kalshi", ["log", "list", ...on]]
      ] as const) {
        yield* refuses(program, args, /mistyped\/deep holds no kalshi\.db yet\. Run `kalshi init`/)
      }
      assert.isFalse(existsSync(missing))

      const made = yield* run("init", on)
      assert.strictEqual(made.code, 0, made.stderr)
      assert.isTrue(existsSync(join(missing, "kalshi.db")))
    })
  )

  it.scopedLive("that is a file, or below one, is reported as such", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "thesis.tex")
      writeFileSync(file, "three years")
      yield* refuses("status", ["--data-dir", file], /thesis\.tex is a file, not a folder/)
      yield* refuses("init", ["--data-dir", file], /thesis\.tex is a file, not a folder/)
      yield* refuses("init", ["--data-dir", join(file, "deep")], /a part of that path is a file/)
      yield* refuses("demo", ["--data-dir", file], /thesis\.tex is a file, not a folder/)
    })
  )

  it.scopedLive("whose kalshi.db is empty is neither read nor filled", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      const database = join(dataDir, "kalshi.db")
      writeFileSync(database, "")
      for (const program of ["status", "init", "replay"]) {
        yield* refuses(program, ["--data-dir", dataDir], /kalshi\.db failed: it is empty \(0 bytes\)/)
      }
      assert.strictEqual(statSync(database).size, 0)
    })
  )

  it.scopedLive("whose kalshi.db belongs to another program is unchanged, byte for byte", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      const path = join(dataDir, "kalshi.db")
      const database = new Sqlite(path)
      database.exec("CREATE TABLE thesis (chapter TEXT)")
      database.close()
      const before = readFileSync(path)
      for (const program of ["status", "init", "replay"]) {
        yield* refuses(program, ["--data-dir", dataDir], /no recording of kalshi-tape/)
      }
      assert.isTrue(before.equals(readFileSync(path)))
      assert.deepStrictEqual(readdirSync(dataDir), ["kalshi.db"])
    })
  )

  it.scopedLive("that the user may not enter is not reported as empty", () =>
    Effect.gen(function* () {
      const dataDir = join(yield* folder, "private")
      mkdirSync(dataDir)
      writeFileSync(join(dataDir, "kalshi.db"), "not for you")
      chmodSync(dataDir, 0o000)
      for (const check of [requireDatabase, makeDataDir]) {
        const refused = yield* Effect.flip(asNobody(check(dataDir)))
        assert.match(refused.message, /private.* failed: there is no permission to (read|write) it; run as/)
      }
      chmodSync(dataDir, 0o700)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("whose recorder was killed during its creation is created again", () =>
    Effect.gen(function* () {
      const dataDir = yield* folder
      writeFileSync(join(dataDir, "kalshi.db"), "")
      writeFileSync(join(dataDir, "writer.json"), "{}")
      const { code, stderr } = yield* run("init", ["--data-dir", dataDir])
      assert.strictEqual(code, 0, stderr)
    })
  )
})
