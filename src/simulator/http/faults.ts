/** Scripted faults: which requests fail, and how. The same script fails the same requests every time. */
import { Either } from "effect"

/** A fault's effect on a request. */
export type Harm =
  /** Answers this status with the exchange's JSON error, a proxy's HTML page, or no body. */
  | { readonly is: "status"; readonly status: number; readonly form: "json" | "html" | "empty" }
  /** Cuts the body in half and sends a Content-Length that fits the half, so that only a parser notices. */
  | { readonly is: "truncate" }
  /** Ends the connection half way through the announced body. */
  | { readonly is: "cut" }
  /** Sends half of the body and then nothing, with the connection open. */
  | { readonly is: "stall" }
  /** Resets the connection (RST) before any answer. */
  | { readonly is: "reset" }
  /** Accepts the request and never answers. */
  | { readonly is: "hang" }
  /** Delays the answer by so many milliseconds. */
  | { readonly is: "slow"; readonly ms: number }
  /** Returns the cursor that was sent: a listing without an end. */
  | { readonly is: "loop" }
  /** Closes the port. */
  | { readonly is: "down" }

/** A harm and the requests that it affects, counted from 1 among those whose path has `prefix`. */
export interface Fault {
  /** The text of the fault in the script, for logs and for `SeenRequest.fault`. */
  readonly text: string
  readonly harm: Harm
  /**
   * The path prefix after `/trade-api/v2`. "" matches every request; with a `$` at its end it is the whole
   * path.
   */
  readonly prefix: string
  readonly hits: (nth: number) => boolean
}

const SIMPLE = ["truncate", "cut", "stall", "reset", "hang", "loop", "down"] as const

const harmOf = (name: string, ms: number | undefined): Harm | undefined => {
  const simple = SIMPLE.find((one) => one === name)
  if (simple !== undefined) return { is: simple }
  if (name === "slow") return ms === undefined ? undefined : { is: "slow", ms }
  const [, form, status] = /^(html|empty|)([345]\d\d)$/.exec(name) ?? []
  if (status === undefined) return undefined
  return { is: "status", status: Number(status), form: form === "html" || form === "empty" ? form : "json" }
}

const SETTINGS = ["every", "burst", "at", "from", "count", "ms"] as const

type Settings = Partial<Record<(typeof SETTINGS)[number], number>>

const settingsOf = (text: string): Either.Either<Settings, string> => {
  const settings: Settings = {}
  for (const part of text.split(",").filter((one) => one !== "")) {
    const [name, value = ""] = part.split("=")
    const known = SETTINGS.find((one) => one === name)
    if (known === undefined || !/^[1-9]\d{0,8}$/.test(value)) {
      return Either.left(`"${part}" is not one of ${SETTINGS.join("=N, ")}=N with N at least 1`)
    }
    settings[known] = Number(value)
  }
  return Either.right(settings)
}

const hitsOf = ({ at, burst = 1, count, every, from = 1 }: Settings): Fault["hits"] => {
  const end = count === undefined ? Number.POSITIVE_INFINITY : from + count
  return (nth) =>
    nth >= from &&
    nth < end &&
    (at === undefined || nth === at) &&
    (every === undefined || (nth >= every && nth % every < burst))
}

const faultOf = (text: string): Either.Either<Fault, string> => {
  const [, name = "", prefix = "", rest = ""] = /^([a-z0-9]+)(?:@([^:]*))?(?::(.*))?$/.exec(text) ?? []
  return Either.flatMap(settingsOf(rest), (settings) => {
    const harm = harmOf(name, settings.ms)
    if (harm === undefined) {
      return Either.left(
        `"${text}" is no fault: try a status (429, 503, html403, empty500), slow:ms=N, or ${SIMPLE.join(", ")}`
      )
    }
    if (harm.is === "down" && text !== "down") return Either.left(`"down" takes no path and no settings`)
    return Either.right({ text, harm, prefix, hits: hitsOf(settings) })
  })
}

/**
 * Reads a fault script: faults separated by `;` or spaces, each `HARM[@PATH][:SETTING=N,…]`.
 *
 * HARM is a status (`429`, `503`: JSON error; `html403`: a proxy's page; `empty500`: no body), `truncate`, `cut`,
 * `stall`, `reset`, `hang`, `slow` (needs `ms=N`), `loop` or `down` (no settings): see {@link Harm}.
 * PATH is a path prefix after `/trade-api/v2`, as in `429@/markets:every=5`; `/markets$` is that path and none
 * below it, such as `/markets/trades`.
 * SETTINGS choose among the requests with that prefix, counted from 1: `at=N` the Nth alone; `every=N` each Nth,
 * with `burst=B` the B-1 after it too; `from=N` none before the Nth; `count=N` only N requests from there on.
 * Without settings all of them. Of several faults that hit one request, the first written applies.
 *
 * Examples: `429:every=7,burst=3`, `html403:at=5; truncate:every=13`, `503:from=20,count=10`, `down`.
 */
export const parseFaults = (text: string): Either.Either<ReadonlyArray<Fault>, string> =>
  Either.all(
    text
      .split(/[;\s]+/)
      .filter((part) => part !== "")
      .map(faultOf)
  )

const isOn = (prefix: string, path: string): boolean =>
  prefix.endsWith("$") ? path === prefix.slice(0, -1) : path.startsWith(prefix)

/** Returns a function that counts requests and returns the fault that affects each. */
export const faultScript = (faults: ReadonlyArray<Fault>): ((path: string) => Fault | undefined) => {
  const counts = faults.map(() => 0)
  return (path) => {
    let first: Fault | undefined
    faults.forEach((fault, n) => {
      if (!isOn(fault.prefix, path)) return
      const nth = (counts[n] ?? 0) + 1
      counts[n] = nth
      if (first === undefined && fault.hits(nth)) first = fault
    })
    return first
  }
}
