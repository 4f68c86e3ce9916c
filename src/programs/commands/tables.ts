import { Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { Values } from "../definitions/tables.ts"
import { dictionaryWidth, entries, entryLines, listLines } from "../terminal/dictionary.ts"
import { result } from "../terminal/output.ts"

export const run = ({ json }: Values, name: string | undefined) =>
  Effect.gen(function* () {
    const all = entries()
    const width = dictionaryWidth()
    if (name === undefined)
      return yield* result(json, all, [
        ...listLines(all, width),
        "",
        "kalshi tables NAME shows the columns of one."
      ])
    const entry = all.find((one) => one.name === name.toLowerCase())
    if (entry === undefined)
      return yield* new WrongUsage({
        why: `there is no table, view or macro ${name}; there are ${all.map((one) => one.name).join(", ")}`
      })
    yield* result(json, entry, entryLines(entry, width))
  })
