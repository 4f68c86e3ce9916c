/** Prints a result, for a person or, with `--json`, for a program. */
import { Console, type Effect } from "effect"
import { printable, printableJson } from "./printable.ts"

/** `lines` for a person, or `value` as one JSON document. */
export const result = (json: boolean, value: unknown, lines: ReadonlyArray<string>): Effect.Effect<void> =>
  Console.log(json ? printableJson(JSON.stringify(value, null, 2)) : printable(lines.join("\n")))

const thousands = new Intl.NumberFormat("en-US")

/** `120,000`. */
export const count = (n: number): string => thousands.format(n)

/** `1 slot`, `2 slots`. */
export const plural = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? "" : "s"}`

/** `40 s`, `12 min`, `3 h`, `5 days`. */
export const age = (seconds: number): string =>
  seconds < 120
    ? `${Math.round(seconds)} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : seconds < 172_800
        ? `${Math.round(seconds / 3600)} h`
        : `${Math.round(seconds / 86_400)} days`

/** The whole megabytes in a number of bytes, to show progress by. */
export const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
