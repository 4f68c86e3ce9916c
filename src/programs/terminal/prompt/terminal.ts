/** The lines and the keys that a user types, as events. */
import { createInterface } from "node:readline"
import { Effect, type Exit, Fiber, Queue, Runtime, type Scope } from "effect"
import type { History } from "./history.ts"

/** A line, Ctrl-C while nothing runs, or the end (Ctrl-D). */
export type Keyed = { readonly line: string } | "cancel" | "end"

export interface PromptTerminal {
  /** Shows a prompt and waits for what is typed. */
  readonly ask: (prompt: string) => Effect.Effect<Keyed>
  /** Runs work that Ctrl-C stops. Lines that were typed meanwhile are dropped then. */
  readonly stoppable: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<Exit.Exit<A, E>, never, R>
}

interface TerminalOptions {
  readonly history: History
  /** Returns the texts that may replace the end of a line, and that end. */
  readonly complete: (line: string) => Effect.Effect<readonly [texts: ReadonlyArray<string>, end: string]>
}

export const openTerminal = ({
  complete,
  history
}: TerminalOptions): Effect.Effect<PromptTerminal, never, Scope.Scope> =>
  Effect.gen(function* () {
    const typed = yield* Queue.unbounded<Keyed>()
    const runtime = yield* Effect.runtime()
    let running: Fiber.RuntimeFiber<unknown, unknown> | undefined
    const readline = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createInterface({
          input: process.stdin,
          output: process.stdout,
          terminal: true,
          history: [...history.entries],
          completer: (line: string, callback: (error: null, result: [Array<string>, string]) => void) => {
            Runtime.runFork(runtime)(
              Effect.map(complete(line), ([texts, end]) => callback(null, [[...texts], end]))
            )
          }
        })
      ),
      (opened) => Effect.sync(() => opened.close())
    )
    // A statement of several lines is one entry, so the entries of single lines are taken out.
    readline.on("history", (entries: Array<string>) => {
      entries.splice(0, entries.length, ...history.entries)
    })
    readline.on("line", (line) => Queue.unsafeOffer(typed, { line }))
    readline.on("close", () => Queue.unsafeOffer(typed, "end"))
    readline.on("SIGINT", () => {
      if (running === undefined) Queue.unsafeOffer(typed, "cancel")
      else running.unsafeInterruptAsFork(running.id())
    })
    return {
      ask: (prompt) =>
        Effect.suspend(() => {
          readline.setPrompt(prompt)
          // The text that was typed while a statement ran stays, and the cursor goes behind it.
          readline.prompt(true)
          return Queue.take(typed)
        }).pipe(
          Effect.tap((event) =>
            Effect.sync(() => {
              if (event !== "cancel") return
              // The cursor goes to the end of the line, and everything before it is deleted.
              readline.write(null, { ctrl: true, name: "e" })
              readline.write(null, { ctrl: true, name: "u" })
            })
          )
        ),
      stoppable: (work) =>
        Effect.gen(function* () {
          const fiber = yield* Effect.fork(work)
          running = fiber
          const exit = yield* Fiber.await(fiber).pipe(
            Effect.onInterrupt(() => Fiber.interrupt(fiber)),
            Effect.ensuring(
              Effect.sync(() => {
                running = undefined
              })
            )
          )
          if (exit._tag === "Failure") yield* Queue.takeAll(typed)
          return exit
        })
    }
  })
