/** One writer for each data directory, tested with real processes, one of which is killed. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { holderPath } from "../../../../src/layers/files/data-dir.ts"
import * as WriterLock from "../../../../src/layers/sqlite/database/WriterLock.ts"
import { commandOf } from "../../../programs/run.ts"
import { failsWith, scopedFolder } from "../support.ts"

const acquire = (folder: string) => Effect.provide(WriterLock.acquire(folder, "a test"), NodeContext.layer)

const taken = (folder: string) => failsWith(Effect.scoped(acquire(folder)), "DataDirLocked")

/** Starting a process takes seconds when many tests share two cores. */
const PATIENCE = 300_000

const gone = (child: ChildProcess) =>
  Effect.async<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) resume(Effect.void)
    else child.once("exit", () => resume(Effect.void))
  })

/** Another process, which holds the lock when this returns. */
const scopedHolder = (folder: string) =>
  Effect.acquireRelease(
    Effect.async<ChildProcess>((resume) => {
      const child = spawn(process.execPath, [...commandOf("lock-holder"), folder], {
        stdio: ["pipe", "pipe", "inherit"]
      })
      child.stdout?.once("data", () => resume(Effect.succeed(child)))
      child.once("exit", (code) => resume(Effect.die(`the holder ended with ${code}`)))
    }),
    (child) =>
      Effect.zipRight(
        Effect.sync(() => child.kill("SIGKILL")),
        gone(child)
      )
  )

describe("the writer's lock", () => {
  it.scoped("is refused to a second writer in this process, and free again afterwards", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* acquire(folder)
          const { dataDir, holder } = yield* taken(folder)
          assert.strictEqual(dataDir, folder)
          assert.include(holder, `a test (process ${process.pid} on `)
          yield* taken(folder)
        })
      )
      assert.isFalse(existsSync(holderPath(folder)), "nobody is said to hold it")
      yield* Effect.scoped(acquire(folder))
    })
  )

  it.scoped("is not shared between folders", () =>
    Effect.gen(function* () {
      const [one, other] = yield* Effect.all([scopedFolder, scopedFolder])
      yield* acquire(one)
      yield* acquire(other)
    })
  )

  it.scopedLive(
    "of another process is respected, with its holder named, and is free when that process ends",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const holder = yield* scopedHolder(folder)
        const refusal = yield* taken(folder)
        assert.include(refusal.holder, `the lock holder (process ${holder.pid} on `)
        assert.match(refusal.message, /Stop it first/)
        assert.isTrue(existsSync(holderPath(folder)), "a refused writer leaves the holder's note alone")
        holder.stdin?.end()
        yield* gone(holder)
        yield* Effect.scoped(acquire(folder))
      }),
    PATIENCE
  )

  it.scopedLive(
    "of a killed process is taken over, although its note is still there",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const holder = yield* scopedHolder(folder)
        holder.kill("SIGKILL")
        yield* gone(holder)
        assert.isTrue(existsSync(holderPath(folder)), "it had no time to tidy up")
        yield* acquire(folder)
        const refusal = yield* taken(folder)
        assert.include(refusal.holder, `a test (process ${process.pid} on `)
      }),
    PATIENCE
  )

  it.scoped("is held even if the note about its holder is unreadable", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* acquire(folder)
      writeFileSync(holderPath(folder), "{")
      assert.strictEqual((yield* taken(folder)).holder, "another process")
    })
  )

  it.scoped("of a missing folder is a typed failure", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* failsWith(Effect.scoped(acquire(join(folder, "nowhere"))), "StorageFailed")
    })
  )
})
