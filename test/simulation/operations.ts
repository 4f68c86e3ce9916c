/** The operations on a recording that are killed: how they are run, and how long they work. */
import { readdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import type { Contents, Memory } from "./rules.ts"
import type { ProgramOptions, World } from "./world.ts"

export const operations = ["collect", "flush", "compact", "archive", "replay", "backup", "restore"] as const
export type Operation = (typeof operations)[number]

/** How often each operation was killed. */
export type Tally = Readonly<Record<Operation, number>>

export const noKills: Tally = Object.fromEntries(operations.map((name) => [name, 0])) as Record<
  Operation,
  number
>

export const oneMore = (tally: Tally, operation: Operation): Tally => ({
  ...tally,
  [operation]: tally[operation] + 1
})

export const total = (tally: Tally): number => operations.reduce((all, name) => all + tally[name], 0)

/** What the answers over a recording were after its last whole slot. */
export interface Known extends Memory {
  contents: ReadonlyArray<Contents>
  /** The time in milliseconds from the first change of a file to the end of each operation. */
  readonly millis: Map<Operation, number>
}

export type Wrong = ReadonlyArray<string>
export type Checking = Effect.Effect<Wrong>

/** Candles are left out: days pass here, and the local exchange keeps settled markets for one. */
const FEEDS = "markets,events,settlements,orderbooks,trades,exchange"

export const folders = ({ dataDir }: World) => ({
  backup: `${dataDir}-backup`,
  killedBackup: `${dataDir}-killed-backup`,
  restored: `${dataDir}-restored`
})

const argsOf = (world: World, operation: Operation): ReadonlyArray<string> => {
  switch (operation) {
    case "collect":
      return [
        ...["collect", "--once", "--feeds", FEEDS],
        ...["--api-url", world.exchange.url, "--read-tokens-per-second", "100000"]
      ]
    case "flush":
    case "compact":
      return ["maintain", "--steps", operation]
    case "archive":
      return ["log", "archive", "--older-than", "1h"]
    case "replay":
      return ["replay", "--workers", "2"]
    case "backup":
      return ["backup", "--output", folders(world).killedBackup]
    case "restore":
      return ["restore", folders(world).backup]
  }
}

/** The files of a recording and of its copies, but for those of locks. */
const traces = ({ dataDir }: World): string => {
  const parent = dirname(dataDir)
  return readdirSync(parent, { encoding: "utf8", recursive: true })
    .filter((name) => !/\.lock$|-shm$|writer\.json$|maintenance\.json$/.test(name))
    .map((name) => [name, statSync(join(parent, name), { throwIfNoEntry: false })] as const)
    .map(([name, stat]) => `${name} ${stat?.isFile() === true ? `${stat.size} ${stat.mtimeMs}` : ""}`)
    .sort()
    .join("\n")
}

export const run = (world: World, operation: Operation, options: ProgramOptions) =>
  world.program(argsOf(world, operation), {
    ...options,
    ...(operation === "restore" ? { dataDir: folders(world).restored } : {})
  })

/** Tells whether a file has changed since now. */
export const changeOf = (world: World) => {
  const before = traces(world)
  return () => {
    try {
      return traces(world) !== before
    } catch {
      // A folder was removed while its names were read.
      return true
    }
  }
}

/** The longest time that an operation takes. */
const NEVER_MILLIS = 600_000

/** Runs an operation to its end, and remembers how long it worked. */
export const runWhole = (world: World, known: Known, operation: Operation): Checking =>
  Effect.gen(function* () {
    const hasChanged = changeOf(world)
    let begunAt: number | undefined
    const { code, stderr } = yield* run(world, operation, {
      killAfterMillis: NEVER_MILLIS,
      killOnce: () => {
        if (hasChanged()) begunAt = performance.now()
        return begunAt !== undefined
      }
    })
    const millis = begunAt === undefined ? 0 : performance.now() - begunAt
    // What a killed operation has done already is not done again, so that its repetition may be shorter.
    known.millis.set(operation, Math.max(millis, 0.9 * (known.millis.get(operation) ?? 0)))
    return code === 0 ? [] : [`${operation} ended with ${code}: ${stderr.slice(-2000)}`]
  })
