/**
 * Runs simulations for a time, each with another seed: `npm run soak -- --minutes 10 [--seed 7]`. It prints each
 * step, and ends with 1 and the seed if a rule was broken; the data directory is kept then.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { simulate } from "./simulation.ts"

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, seed: { type: "string" } }
})
const kalshi = [fileURLToPath(new URL("../../bin/kalshi.js", import.meta.url))]
const STEPS = 40
const endsAt = performance.now() + Number(values.minutes) * 60_000
const first = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))

for (let seed = first; performance.now() < endsAt && process.exitCode === undefined; seed++) {
  console.log(`seed ${seed}`)
  const home = mkdtempSync(join(tmpdir(), "kalshi-soak-"))
  const { steps, wrong } = await Effect.runPromise(
    simulate({
      seed,
      dataDir: join(home, "data"),
      kalshi,
      goesOn: (steps) => steps < STEPS && performance.now() < endsAt,
      onStep: ({ what }) => console.log(`  ${what}`)
    })
  )
  if (wrong.length === 0) {
    console.log(`  ${steps.length} steps, all rules held`)
    rmSync(home, { recursive: true, force: true })
  } else {
    console.error(`seed ${seed}, step ${steps.length} (${home}):\n${wrong.join("\n")}`)
    process.exitCode = 1
  }
}
