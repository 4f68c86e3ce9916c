/** Work in progress is distinguished from the remains of a killed program, also across process namespaces. */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { claim, release, removeLeftovers, workFolder } from "../../../src/layers/files/work-folder.ts"
import * as WriterLock from "../../../src/layers/sqlite/database/WriterLock.ts"
import { commandOf } from "../../programs/run.ts"
import { failsWith, scopedFolder } from "../sqlite/support.ts"

const RANDOM = "0f8fad5b-d9cb-469f-a165-70867728950e"

/** Starting a process takes seconds when many tests share two cores. */
const PATIENCE = 300_000

/** Whether this machine lets the tests create a process namespace. */
const hasNamespaces = spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0

/** Another process that works in this folder, killed with the scope. */
const worker = (folder: string, command: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.async<() => Promise<void>>((resume) => {
      const [program, ...args] = [...command, process.execPath, ...commandOf("lock-holder"), folder]
      const child = spawn(program ?? "", args, { stdio: ["pipe", "pipe", "inherit"], detached: true })
      const gone = new Promise<void>((over) => child.once("exit", () => over()))
      const kill = () => {
        if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGKILL")
        return gone
      }
      child.stdout.once("data", () => resume(Effect.succeed(kill)))
      child.once("exit", (code) => resume(Effect.die(`the worker ended with ${code}`)))
    }),
    (kill) => Effect.promise(kill)
  )

describe("a folder for temporary files", () => {
  it.scoped("exists until its scope closes, and is removed with its lock", () =>
    Effect.gen(function* () {
      const parent = yield* scopedFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          const folder = yield* workFolder("query", parent)
          writeFileSync(join(folder, "spilled"), "rows")
          yield* workFolder("query", parent)
          assert.isTrue(existsSync(join(folder, "spilled")), "another one leaves it alone")
        })
      )
      assert.deepStrictEqual(readdirSync(parent), [])
    })
  )

  it.scoped("of a killed program is removed, with or without its lock, and no file of a user is", () =>
    Effect.gen(function* () {
      const parent = yield* scopedFolder
      mkdirSync(join(parent, `.kalshi-query-${RANDOM}`))
      writeFileSync(join(parent, `.kalshi-query-${RANDOM}`, "spilled"), "rows")
      mkdirSync(join(parent, `.kalshi-rebuild-${RANDOM}`))
      writeFileSync(join(parent, `.kalshi-rebuild-${RANDOM}.lock`), "")
      writeFileSync(join(parent, `.kalshi-prune-${RANDOM}.lock`), "")
      const mine = [".kalshi-query-notes", `.kalshi-query-${RANDOM}.bak`, `.exports.new-${RANDOM}`]
      for (const name of mine) writeFileSync(join(parent, name), "precious")
      yield* removeLeftovers(parent)
      assert.sameMembers(readdirSync(parent), mine)
    })
  )

  for (const [where, command] of [
    ["a process", []],
    ["a process of a container, whose number is 1", ["unshare", "--pid", "--fork"]]
  ] as const) {
    it.scopedLive.skipIf(command.length > 0 && !hasNamespaces)(
      `of ${where} stays as long as it runs, and goes when it was killed`,
      () =>
        Effect.gen(function* () {
          const parent = yield* scopedFolder
          const kill = yield* worker(parent, command)
          const [folder] = readdirSync(parent).filter((name) => /^\.kalshi-query-[0-9a-f-]+$/.test(name))
          assert.isDefined(folder)
          const acquiring = Effect.scoped(WriterLock.acquire(parent, "a test"))
          yield* failsWith(Effect.provide(acquiring, NodeContext.layer), "DataDirLocked")
          yield* removeLeftovers(parent)
          assert.include(readdirSync(parent), folder)
          yield* Effect.promise(kill)
          // Of the two processes of a container, the one that worked may be the last to end.
          yield* removeLeftovers(parent).pipe(
            Effect.delay("20 millis"),
            Effect.repeat({ until: () => !existsSync(join(parent, folder ?? "")) })
          )
        }),
      PATIENCE
    )
  }
})

describe("a claim", () => {
  it.scoped("takes a name that nobody uses, and is removed when it is released", () =>
    Effect.gen(function* () {
      const parent = yield* scopedFolder
      const [one, other] = [claim(parent, "x-"), claim(parent, "x-")]
      assert.notStrictEqual(one.path, other.path)
      yield* Effect.promise(() => release(one))
      assert.deepStrictEqual(readdirSync(parent), [`${other.path.slice(parent.length + 1)}.lock`])
      yield* Effect.promise(() => release(other))
    })
  )
})
