/** The examples of the help, run as printed, on a recording like that of `kalshi demo`. */
import { exec } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { isFamily } from "../../src/programs/cli/definition.ts"
import { kalshi } from "../../src/programs/definitions/all.ts"
import { recordSlots } from "./recorded-slots.ts"
import { commandOf, folder } from "./run.ts"

const PATIENCE_MILLIS = 900_000
const OUTPUT_BYTES_MAX = 2 ** 26

/** These use the live exchange, run until they are stopped, or are the demo itself. */
const elsewhere = new Set(["collect", "backfill", "sync-markets", "exchange", "demo"])

const examples = kalshi.definitions
  .filter(({ name }) => !elsewhere.has(name))
  .flatMap((definition) => (isFamily(definition) ? definition.programs : [definition]))
  .flatMap(({ examples = [] }) => examples.map(({ command }) => command))

describe("the examples of the help", () => {
  it.scopedLive(
    "run as printed",
    () =>
      Effect.gen(function* () {
        const cwd = yield* folder
        const words = [process.execPath, ...commandOf("kalshi")].map((word) => `'${word}'`).join(" ")
        writeFileSync(join(cwd, "kalshi"), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
        const shell = (command: string) =>
          Effect.async<{ readonly code: number; readonly stderr: string }>((resume) => {
            const env = { PATH: `${cwd}:${process.env.PATH}`, HOME: process.env.HOME }
            const child = exec(command, { cwd, env, maxBuffer: OUTPUT_BYTES_MAX }, (_, __, stderr) =>
              resume(Effect.succeed({ code: child.exitCode ?? -1, stderr }))
            )
          })
        yield* recordSlots(join(cwd, "demo-data"), 2)
        assert.isAtLeast(examples.length, 15)
        for (const command of examples) {
          const { code, stderr } = yield* shell(`kalshi ${command}`)
          assert.strictEqual(code, 0, `kalshi ${command}: ${stderr}`)
        }
      }),
    PATIENCE_MILLIS
  )
})
