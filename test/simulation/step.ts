/** A step of a simulation: programs that are run, and what they must end with. */
import { Effect } from "effect"
import type { Ended, ProgramOptions, World } from "./world.ts"

export interface Step {
  /** What was done, in words that are printed. */
  readonly what: string
  /** Why the step itself was wrong. */
  readonly wrong?: string
}

const MINUTE = 60_000

const describe = (
  program: string,
  { killAfterMillis, skewMillis }: ProgramOptions,
  { code }: Ended
): string =>
  [
    program,
    ...(skewMillis === undefined ? [] : [`with a clock that is ${skewMillis / MINUTE} minutes off`]),
    ...(killAfterMillis === undefined ? [] : [`killed after ${killAfterMillis} ms`]),
    `(${code === null ? "killed" : `exit ${code}`})`
  ].join(" ")

export interface Expected extends ProgramOptions {
  /** The exit codes that are right. By default it is 0. */
  readonly codes?: ReadonlyArray<number>
  /** What a program that ends with 1 must say. */
  readonly says?: ReadonlyArray<RegExp>
}

/** Runs a program that may be killed. It must end as expected, and find no bug of its own. */
export const stepOf = (
  { program }: World,
  args: ReadonlyArray<string>,
  { codes = [0], says = [], ...options }: Expected = {}
): Effect.Effect<Step> =>
  Effect.map(program(args, options), (ended) => {
    const isKilled = options.killAfterMillis !== undefined && ended.code === null
    const [lastLine = ""] = ended.stderr.trim().split("\n").slice(-1)
    const what = `${describe(`kalshi ${args.join(" ")}`, options, ended)}${ended.code === 1 ? `: ${lastLine}` : ""}`
    const isWrong =
      (!isKilled && !codes.includes(ended.code ?? -1)) ||
      ended.stderr.includes("a bug in kalshi-tape") ||
      (ended.code === 1 && !says.every((words) => words.test(ended.stderr)))
    return isWrong ? { what, wrong: `${what}\n${ended.stderr.slice(-2000)}` } : { what }
  })

/** The arguments with which a program asks the exchange of the simulation. */
export const asking = ({ exchange }: World): ReadonlyArray<string> => [
  ...["--api-url", exchange.url, "--read-tokens-per-second", "100000"]
]

/** Takes steps in order, up to the first that is wrong, and describes them as one. */
export const inOrder = (what: string, steps: ReadonlyArray<Effect.Effect<Step>>): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const taken: Array<string> = []
    for (const step of steps) {
      const { what: done, wrong } = yield* step
      taken.push(done)
      if (wrong !== undefined) return { what: `${what}: ${taken.join("; ")}`, wrong }
    }
    return { what: `${what}: ${taken.join("; ")}` }
  })
