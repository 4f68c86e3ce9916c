import { Effect } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { Values } from "../definitions/tables.ts"
import { entries, entryLines, listLines } from "../terminal/dictionary.ts"
import { result } from "../terminal/output.ts"
import { screenWidth } from "../terminal/screen.ts"

/** The width of the lines where stdout is no terminal, and the largest one, beyond which lines are hard to read. */
const COLUMNS = 100
const COLUMNS_MAX = 120

export const run = ({ json }: Values, name: string | undefined) =>
  Effect.gen(function* () {
    const all = entries()
    const width = Math.min(screenWidth() ?? COLUMNS, COLUMNS_MAX)
    if (name === undefined) return yield* result(json, all, listLines(all, width))
    const entry = all.find((one) => one.name === name.toLowerCase())
    if (entry === undefined)
      return yield* new WrongUsage({
        why: `there is no table, view or macro ${name}; there are ${all.map((one) => one.name).join(", ")}`
      })
    yield* result(json, entry, entryLines(entry, width))
  })
