/**
 * Tries a recording for a time, with another seed for each data directory. It prints what it does, and ends with 1 and
 * the seed if a rule was broken; the data directory is kept then.
 *
 * `npm run soak -- --minutes 10 [--seed 7] [--steps record,damage]` takes steps by chance, of all kinds or of those
 * named. `npm run soak -- --kills 210 [--seed 7]` kills each operation in turn until so many were killed, and prints
 * how many of each; `--worlds 3` does so in three data directories at a time.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { mountDisk } from "./disk.ts"
import { killOperations } from "./kills.ts"
import { noKills, oneMore, operations, type Tally, total } from "./operations.ts"
import { simulate } from "./simulation.ts"
import { stepNames } from "./steps.ts"
import { inWorld, type WorldOptions } from "./world.ts"

const { values } = parseArgs({
  options: {
    kills: { type: "string" },
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    worlds: { type: "string", default: "1" },
    steps: { type: "string" }
  }
})
const kalshi = [fileURLToPath(new URL("../../bin/kalshi.js", import.meta.url))]

/** The steps, or the kills, in one data directory: each costs more with the length of its log. */
const STEPS = 40
const KILLS = 70

let nextSeed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))

/** Runs with another seed and a new folder each, as long as it is not enough, and nothing wrong was found. */
const withSeeds = async (
  run: (options: WorldOptions) => Promise<ReadonlyArray<string>>,
  isEnough: () => boolean
) => {
  while (!isEnough() && process.exitCode === undefined) {
    const seed = nextSeed++
    console.log(`seed ${seed}`)
    const home = mkdtempSync(join(tmpdir(), "kalshi-soak-"))
    const disk = mountDisk(home)
    const wrong = await run({ seed, disk, kalshi, dataDir: join(home, "data") })
    if (wrong.length > 0) {
      console.error(`seed ${seed} (${home}):\n${wrong.join("\n")}`)
      process.exitCode = 1
      return
    }
    console.log(`seed ${seed}: all rules held`)
    disk?.unmount()
    rmSync(home, { recursive: true, force: true })
  }
}

const simulateFor = (minutes: number) => {
  const endsAt = performance.now() + minutes * 60_000
  const isEnough = () => performance.now() >= endsAt
  const names =
    values.steps === undefined ? stepNames : stepNames.filter((name) => values.steps?.includes(name))
  return withSeeds(async (options) => {
    const { wrong } = await Effect.runPromise(
      simulate({
        ...options,
        names,
        goesOn: (steps) => steps < STEPS && !isEnough(),
        onStep: ({ what }) => console.log(`${options.seed}  ${what}`)
      })
    )
    return wrong
  }, isEnough)
}

const killFor = async (wanted: number) => {
  let killed: Tally = noKills
  const isEnough = () => total(killed) >= wanted
  const run = (options: WorldOptions) =>
    Effect.runPromise(
      inWorld(options, (world) =>
        killOperations(
          world,
          (kills) => kills < KILLS && !isEnough() && process.exitCode === undefined,
          ({ isKilled, millis, operation }) => {
            if (isKilled) killed = oneMore(killed, operation)
            const moment = `${millis} ms after its first change of a file`
            console.log(
              `${options.seed}  ${operation} ${millis === undefined ? "ended" : isKilled ? `killed ${moment}` : `ended before ${moment}`}`
            )
          }
        )
      )
    )
  await Promise.all(Array.from({ length: Number(values.worlds) }, () => withSeeds(run, isEnough)))
  for (const operation of operations) console.log(`${operation.padEnd(8)} ${killed[operation]} kills`)
  console.log(`in all   ${total(killed)} kills`)
}

await (values.kills === undefined ? simulateFor(Number(values.minutes)) : killFor(Number(values.kills)))
