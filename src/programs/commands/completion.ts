import { Console, type Effect } from "effect"
import { completionOf, type Shell } from "../cli/completion.ts"
import { kalshi } from "../definitions/all.ts"

export const run = (_: object, shell: Shell): Effect.Effect<void> =>
  Console.log(completionOf(shell, kalshi).trimEnd())
