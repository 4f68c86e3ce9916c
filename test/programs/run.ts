/** Real programs in processes of their own: what they print, how long they take, and how they end. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Deferred, Effect } from "effect"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly millis: number
}

export interface Started {
  readonly pid: number
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits until stderr has this, or the program has ended. */
  readonly says: (words: RegExp) => Effect.Effect<void>
  readonly ended: Effect.Effect<Ended>
}

export interface Environment {
  readonly env?: Readonly<Record<string, string>>
}

/** A folder that is gone when the test is. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "kalshi-tape-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Starts `src/programs/<program>.ts` in one process (tsx's own command would be a second one). */
export const start = (program: string, args: ReadonlyArray<string>, { env = {} }: Environment = {}) =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const startedAt = performance.now()
      const child = spawn(
        process.execPath,
        ["--import", "tsx", join(ROOT, "src", "programs", `${program}.ts`), ...args],
        {
          cwd: ROOT,
          env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
          stdio: ["ignore", "pipe", "pipe"]
        }
      )
      const ended = yield* Deferred.make<Ended>()
      const listeners = new Set<() => void>()
      let [stdout, stderr] = ["", ""]
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text
      })
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text
        for (const listener of listeners) listener()
      })
      child.once("close", (code, signal) => {
        const millis = performance.now() - startedAt
        Deferred.unsafeDone(ended, Effect.succeed({ code, signal, stdout, stderr, millis }))
      })

      const says = (words: RegExp) =>
        Effect.async<void>((resume) => {
          const look = () => {
            if (words.test(stderr)) resume(Effect.void)
          }
          listeners.add(look)
          look()
          return Effect.sync(() => listeners.delete(look))
        }).pipe(Effect.raceFirst(Deferred.await(ended)), Effect.asVoid)

      const started: Started = {
        pid: child.pid ?? 0,
        kill: (signal) => Effect.sync(() => child.kill(signal)),
        says,
        ended: Deferred.await(ended)
      }
      return started
    }),
    ({ ended, kill }) => Effect.zipRight(kill("SIGKILL"), ended)
  )

/** Runs a program to its end. */
export const run = (program: string, args: ReadonlyArray<string>, environment: Environment = {}) =>
  Effect.scoped(Effect.flatMap(start(program, args, environment), ({ ended }) => ended))
