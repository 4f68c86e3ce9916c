/**
 * One definition a program: all that its help, its completions and its flags are made of. What it does is
 * loaded only when it runs, so that help and the version come at once.
 */
import type { NodeContext } from "@effect/platform-node/NodeContext"
import type { Effect } from "effect"
import type { Argument, Option } from "./option.ts"
import { resolve, type Words } from "./resolve.ts"

export const groups = ["Record", "Look", "Prove", "Export", "Keep in order", "Try"] as const

export type Group = (typeof groups)[number]

export type Options = Readonly<Record<string, Option<unknown>>>

/** The values of a program's options, by their names. */
export type ValuesOf<O extends Options> = { readonly [Name in keyof O]: ReturnType<O[Name]["read"]> }

export interface Example {
  /** Without `kalshi` before it, and runs as it stands once `kalshi demo` has made its data. */
  readonly command: string
  readonly about: string
}

interface About {
  readonly name: string
  /** What the list of programs is ordered by. */
  readonly group: Group
  /** A line of the list of programs: at most 48 characters, and no full stop. */
  readonly summary: string
  /** More, for the program's own help. */
  readonly description?: string
  readonly examples?: ReadonlyArray<Example>
}

/** What runs: by its words and the environment, checked before anything is loaded. */
export interface Job {
  readonly load: () => Promise<Effect.Effect<void, unknown, NodeContext>>
  /** A program whose job is to run until it is stopped has done it when it is. */
  readonly untilStopped: boolean
}

export interface Program extends About {
  readonly options: Options
  readonly argument: Argument<unknown> | undefined
  /** What exit codes mean here, where they mean something of their own. */
  readonly exitCodes?: Readonly<Record<string, string>>
  /** Environment variables that no flag stands for, and what they are. */
  readonly environment?: Readonly<Record<string, string>>
  /** Throws WrongWords. */
  readonly prepare: (words: Words, environment: NodeJS.ProcessEnv) => Job
}

/** Programs under one name, such as `log list` and `log show`. */
export interface Family extends About {
  readonly programs: ReadonlyArray<Program>
}

export type Definition = Program | Family

export const isFamily = (definition: Definition): definition is Family => "programs" in definition

/** A program without an argument, or with one, whose value is `argument` among the others. */
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
