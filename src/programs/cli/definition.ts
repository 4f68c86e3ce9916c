/**
 * The definition of a program, from which its help, completions and flags are generated. The program's code
 * is loaded only when it runs, so that help and the version are printed without delay.
 */
import type { NodeContext } from "@effect/platform-node/NodeContext"
import type { Effect } from "effect"
import type { Argument, Option } from "./option.ts"
import { resolve, type Words } from "./resolve.ts"

export const groups = ["Record", "Look", "Prove", "Export", "Keep in order", "Try"] as const

export type Group = (typeof groups)[number]

export type Options = Readonly<Record<string, Option<unknown>>>

/** The parsed values of a program's options, by option name. */
export type ValuesOf<O extends Options> = { readonly [Name in keyof O]: ReturnType<O[Name]["read"]> }

export interface Example {
  /**
   * The command without the leading `kalshi`. It must run as written on the data that `kalshi demo` makes.
   */
  readonly command: string
  readonly about: string
}

interface About {
  readonly name: string
  /** The heading under which the list of programs shows this one. */
  readonly group: Group
  /** The line in the list of programs: at most 48 characters, without a full stop. */
  readonly summary: string
  /** More text for the program's own help. */
  readonly description?: string
  readonly examples?: ReadonlyArray<Example>
}

/** A program with its checked option values, ready to be loaded and run. */
export interface Job {
  readonly load: () => Promise<Effect.Effect<void, unknown, NodeContext>>
  /** Whether the program runs until it is stopped. A signal is then its normal end. */
  readonly untilStopped: boolean
}

export interface Program extends About {
  readonly options: Options
  readonly argument: Argument<unknown> | undefined
  /** The meaning of exit codes that are particular to this program. */
  readonly exitCodes?: Readonly<Record<string, string>>
  /** The environment variables that have no flag, with a description of each. */
  readonly environment?: Readonly<Record<string, string>>
  /** Checks the words and the environment, and builds the job. Throws `WrongWords`. */
  readonly prepare: (words: Words, environment: NodeJS.ProcessEnv) => Job
}

/** Programs under one name, such as `log list` and `log show`. */
export interface Family extends About {
  readonly programs: ReadonlyArray<Program>
}

export type Definition = Program | Family

export const isFamily = (definition: Definition): definition is Family => "programs" in definition

/** The argument of `program`. `argument` may be left out. */
type Definable<O extends Options, A> = About & {
  readonly options: O
  readonly argument?: Argument<A>
  readonly exitCodes?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly untilStopped?: (values: ValuesOf<O>) => boolean
  readonly load: () => Promise<{
    readonly run: (values: ValuesOf<O>, argument: A) => Effect.Effect<void, unknown, NodeContext>
  }>
}

export const program = <const O extends Options, A = undefined>(definable: Definable<O, A>): Program => {
  const { argument, load, untilStopped, ...about } = definable
  return {
    ...about,
    argument,
    prepare: (words, environment) => {
      const { argument, values } = resolve<O, A>(definable, words, environment)
      return {
        load: async () => (await load()).run(values, argument),
        untilStopped: untilStopped?.(values) ?? false
      }
    }
  }
}

export const family = (definition: Family): Family => definition
