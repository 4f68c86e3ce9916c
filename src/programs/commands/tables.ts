import { Console, Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { Values } from "../definitions/tables.ts"
import { dictionaryWidth, entries, entryLines, listLines } from "../terminal/dictionary.ts"
import { result } from "../terminal/output.ts"

/** Shows lines of our own, in which words may be bold; `result` would escape them. */
const show = (json: boolean, value: unknown, lines: ReadonlyArray<string>): Effect.Effect<void> =>
  json ? result(json, value, []) : Console.log(lines.join("\n"))

export const run = ({ json }: Values, name: string | undefined) =>
  Effect.gen(function* () {
    const all = entries()
    const width = dictionaryWidth()
    if (name === undefined)
      return yield* show(json, all, [
        ...listLines(all, width),
        "",
        "kalshi tables NAME shows the columns of one."
      ])
    const entry = all.find((one) => one.name === name.toLowerCase())
    if (entry === undefined)
      return yield* new WrongUsage({
        why: `there is no table, view or macro ${name}; there are ${all.map((one) => one.name).join(", ")}`
      })
    yield* show(json, entry, entryLines(entry, width))
  })
