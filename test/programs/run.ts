/** Real programs in processes of their own: their output, their duration, and their end. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Deferred, Effect } from "effect"
import { inject } from "vitest"
import { clockEnvironment } from "../clock/child-clock.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export interface Ended {
  /** `null` if a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly millis: number
}

export interface Started {
  readonly pid: number
  readonly kill: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Waits for a match in the output, and returns it, or nothing if the program has ended. */
  readonly says: (words: RegExp) => Effect.Effect<string>
  readonly ended: Effect.Effect<Ended>
}

export interface Environment {
  readonly env?: Readonly<Record<string, string>>
  /**
   * From its sources, by tsx, as developers run it, which takes seconds of a core more. `sources.test.ts`
   * does it with each.
   */
  readonly fromSource?: boolean
}

/** The arguments of node to run a program: tsx's own command would be a second process. */
export const commandOf = (program: string, fromSource = false): ReadonlyArray<string> =>
  fromSource
    ? ["--import", "tsx", join(ROOT, "src", "programs", `${program}.ts`)]
    : [join(inject("programs"), `${program}.mjs`)]

/** A folder that is removed when the test ends. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "kalshi-tape-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const start = (
  program: string,
  args: ReadonlyArray<string>,
  { env = {}, fromSource }: Environment = {}
) =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const startedAt = performance.now()
      const clock = yield* clockEnvironment()
      const child = spawn(process.execPath, [...commandOf(program, fromSource), ...args], {
        cwd: ROOT,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...clock, ...env },
        stdio: ["ignore", "pipe", "pipe"]
      })
      const ended = yield* Deferred.make<Ended>()
      const listeners = new Set<() => void>()
      let [stdout, stderr] = ["", ""]
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text
        for (const listener of listeners) listener()
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
        Effect.async<string>((resume) => {
          const look = () => {
            const [said] = words.exec(stderr) ?? words.exec(stdout) ?? []
            if (said !== undefined) resume(Effect.succeed(said))
          }
          listeners.add(look)
          look()
          return Effect.sync(() => listeners.delete(look))
        }).pipe(Effect.raceFirst(Effect.as(Deferred.await(ended), "")))

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
