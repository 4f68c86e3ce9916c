/**
 * Field readers for the exchange's JSON. A listing of the whole exchange is 120,000 objects of some
 * forty fields every few minutes, so a shape is compiled once into straight-line code
 * (docs/decisions/0003-field-readers.md has what that saves over a Schema of the same fields).
 *
 * Unknown fields are ignored. A field that is absent reads as `undefined`, a null as `null`; neither is
 * ever replaced by a default.
 */

import { Either } from "effect"
import { NAME_CHARS_MAX } from "../../endpoints.ts"
import { excerpt, isNestedWithin, NESTING_MAX } from "../../nesting.ts"
import { fromCents, fromContracts, type Millionths, parseDecimal } from "../../units/fixed.ts"
import { normaliseTime } from "../../units/time.ts"
import { type Field, type Nullable, type Unread, unread } from "../field.ts"
import { asPrice, BELOW_PRICES } from "./price.ts"

/** Why a value is not what its field should hold. */
export interface WireProblem {
  /** Where in the body: `markets[12].yes_bid_dollars`. */
  readonly path: string
  readonly expected: string
  /** The JSON of what was there, cut to a readable length. */
  readonly found: string
  /**
   * The part that cannot be read of an item that is kept, named after the item:
   * `KXRAIN-26NOV22-T1.floor_strike`. An item is described again in every slot, so such a problem is recorded
   * only when it is first seen.
   */
  readonly part?: string
  /** The name of an item that is lost as a whole, if its name can be read. */
  readonly lost?: string
}

/** Marks a value that its reader refuses; a symbol, so that no wire value can be mistaken for it. */
const refused: unique symbol = Symbol("refused")
type Refused = typeof refused

/**
 * Turns a JSON value into a domain value, or refuses it. `Wire` is the JSON type it reads, which a test
 * holds against the exchange's own SDK.
 */
export interface Reader<A, Wire = unknown> {
  readonly expected: string
  readonly read: (value: unknown) => A | Refused
  /** Never there at run time. */
  readonly wire?: Wire
}

const reader = <A, Wire = unknown>(
  expected: string,
  read: (value: unknown) => A | Refused
): Reader<A, Wire> => ({ expected, read })

export const text: Reader<string, string> = reader("a string", (value) =>
  typeof value === "string" ? value : refused
)

export const flag: Reader<boolean, boolean> = reader("true or false", (value) =>
  typeof value === "boolean" ? value : refused
)

const isName = (text: string): boolean => text.length <= NAME_CHARS_MAX && text.isWellFormed()

/**
 * Reads an identifier: a ticker, or the id of a trade. Unpaired surrogates are refused: they cannot be
 * encoded in UTF-8, so two different names could become equal in a table.
 */
export const name: Reader<string, string> = reader(`a name of 1 to ${NAME_CHARS_MAX} characters`, (value) =>
  typeof value === "string" && value.length > 0 && isName(value) ? value : refused
)

/** Reads the name of another entity. An empty string means that there is none. */
export const reference: Reader<string, string> = reader(
  `a name of at most ${NAME_CHARS_MAX} characters`,
  (value) => (typeof value === "string" && isName(value) ? value : refused)
)

/** Reads a number. `+ 0` turns JSON's -0 into 0, because tables cannot store -0. */
export const number: Reader<number, number> = reader("a number", (value) =>
  typeof value === "number" && Number.isFinite(value) ? value + 0 : refused
)

export const integer: Reader<number, number> = reader("a whole number", (value) =>
  typeof value === "number" && Number.isSafeInteger(value) ? value + 0 : refused
)

/** `*_dollars` and `*_fp`: a decimal string of up to six fractional digits. */
export const decimal: Reader<Millionths, string> = reader(
  "a decimal string with at most 6 fractional digits, below 9 billion",
  (value) => (typeof value === "string" ? (parseDecimal(value) ?? refused) : refused)
)

/** Reads a contract price from a `*_dollars` field. */
export const price: Reader<Millionths, string> = reader(
  `a price as a decimal string with at most 6 fractional digits, ${BELOW_PRICES}`,
  (value) => (typeof value === "string" ? (asPrice(parseDecimal(value)) ?? refused) : refused)
)

/** Whole cents, the prices of the API before 2026-03-12. */
export const cents: Reader<Millionths, number> = reader(`a price in whole cents, ${BELOW_PRICES}`, (value) =>
  typeof value === "number" ? (asPrice(fromCents(value)) ?? refused) : refused
)

/** Reads an amount in whole cents that is not a price, as the API sent it before 2026-03-12. */
export const amount: Reader<Millionths, number> = reader("whole cents", (value) =>
  typeof value === "number" ? (fromCents(value) ?? refused) : refused
)

/** Whole contracts, the counts of the API before 2026-03-12. */
export const contracts: Reader<Millionths, number> = reader("whole contracts", (value) =>
  typeof value === "number" ? (fromContracts(value) ?? refused) : refused
)

/** 9999-12-31T23:59:59Z */
const SECONDS_MAX = 253_402_300_799

/** An RFC 3339 time, in the fixed width of the tables. */
export const time: Reader<string, string> = reader("an RFC 3339 time", (value) =>
  typeof value === "string" ? (normaliseTime(value) ?? refused) : refused
)

/** Whole seconds since the epoch, of the years that the tables can hold. */
export const seconds: Reader<number, number> = reader("whole seconds since 1970", (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= SECONDS_MAX ? value : refused
)

/** An object or array that is kept as JSON text. */
export const json: Reader<string, object> = reader(
  `an object or an array of at most ${NESTING_MAX} levels`,
  (value) =>
    typeof value === "object" && value !== null && isNestedWithin(value) ? JSON.stringify(value) : refused
)

/** A field that may be null or absent, each of which stays what it is. */
export const nullable = <A, Wire>(of: Reader<A, Wire>): Reader<Nullable<A>, Nullable<Wire>> =>
  reader(`${of.expected}, null or nothing`, (value) =>
    value === undefined || value === null ? (value as null | undefined) : of.read(value)
  )

type Fields = Readonly<Record<string, readonly [wireName: string, reader: Reader<unknown>]>>
type Decoded<F extends Fields> = { readonly [K in keyof F]: F[K][1] extends Reader<infer A> ? A : never }

/** The fields of an object, each with its value or `unread`. */
export interface Parts<A> {
  readonly fields: { readonly [K in keyof A]: A[K] | Unread }
  /** One problem for each unreadable field, or a single one if the value is not an object. */
  readonly problems: ReadonlyArray<WireProblem>
}

/** A shape compiled for one kind of object: domain name → wire name and reader. */
export interface Shape<A> {
  /** Decodes one object, and refuses it if any field is bad. `path` is the object's position in the body. */
  readonly decode: (value: unknown, path: string) => Either.Either<A, WireProblem>
  /** Reads each field of a value that `decode` refuses. A bad field does not affect the others. */
  readonly parts: (value: unknown, path: string) => Parts<A>
}

export interface ShapeOf<F extends Fields> extends Shape<Decoded<F>> {
  readonly fields: F
}

/**
 * Compiles a shape to one straight line of code: an object literal of known fields is built and read five
 * times faster than one that is filled name by name. Names come from our own tables, never from a body.
 */
export const shape = <const F extends Fields>(fields: F): ShapeOf<F> => {
  const entries = Object.entries(fields)
  const readers = entries.map(([, [, reader]]) => reader)
  const wrongField = (index: number, value: Readonly<Record<string, unknown>>, path: string) => {
    const [, [wireName, { expected }]] = entries[index] as (typeof entries)[number]
    return Either.left(problem(`${path}.${wireName}`, expected, value[wireName]))
  }
  const reads = entries.map(
    ([, [wireName]], i) => `
      const field${i} = read${i}(value[${JSON.stringify(wireName)}])
      if (field${i} === refused) return wrongField(${i}, value, path)`
  )
  const literal = entries.map(([name], i) => `${JSON.stringify(name)}: field${i}`)
  const compiled = new Function(
    "refused",
    "wrongField",
    "right",
    ...readers.map((_, i) => `read${i}`),
    `return (value, path) => {${reads.join("")}\n return right({ ${literal.join(", ")} }) }`
  )
  const decodeObject: Shape<Decoded<F>>["decode"] = compiled(
    refused,
    wrongField,
    Either.right,
    ...readers.map(({ read }) => read)
  )
  const parts: Shape<Decoded<F>>["parts"] = (value, path) => {
    const object = isObject(value)
    const problems: Array<WireProblem> = object ? [] : [problem(path, "an object", value)]
    const read = entries.map(([name, [wireName, reader]]) => {
      const field = object ? reader.read(value[wireName]) : refused
      if (object && field === refused)
        problems.push(problem(`${path}.${wireName}`, reader.expected, value[wireName]))
      return [name, field === refused ? unread : field]
    })
    return { fields: Object.fromEntries(read), problems }
  }
  return {
    fields,
    decode: (value, path) =>
      isObject(value) ? decodeObject(value, path) : Either.left(problem(path, "an object", value)),
    parts
  }
}

/**
 * Reads a list of objects of one shape, and returns it as JSON text. One bad object makes the whole list
 * unreadable, because a list without it would be a different list.
 */
export const list = (of: Shape<unknown>): Reader<string, ReadonlyArray<object>> =>
  reader("a list of objects with the fields of their kind", (value) =>
    Array.isArray(value) && value.every((one) => Either.isRight(of.decode(one, ""))) && isNestedWithin(value)
      ? JSON.stringify(value)
      : refused
  )

/** Spells a field so that no other value of a table has the same text. A table has one NULL for null and absent. */
export const spelled = (field: Field<string | number | boolean>): string => {
  if (typeof field === "string") return `${field.length}:${field}`
  if (field === undefined || field === null) return "n"
  return field === unread ? "?" : `${field};`
}

/** Compiles what tells objects apart that differ in any of these fields: one text of all their values. */
export const fingerprint = <Name extends string>(
  names: ReadonlyArray<Name>
): ((value: { readonly [P in Name]: Field<string | number | boolean> }) => string) => {
  const parts = names.map((name) => `spelled(value[${JSON.stringify(name)}])`)
  return new Function("spelled", `return (value) => ${parts.join(" + ")}`)(spelled)
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const problem = (path: string, expected: string, value: unknown): WireProblem => ({
  path,
  expected,
  found: value === undefined ? "nothing" : excerpt(value)
})

export const describeProblem = ({ path, expected, found, lost }: WireProblem): string =>
  `${path}${lost === undefined ? "" : ` (${lost})`}: expected ${expected}, found ${found}`

/** The path of a problem that concerns the answer as a whole. */
const WHOLE = "answer"

const WHY_CHARS_MAX = 120

/**
 * The problem for an answer whose interpretation threw an error: a bug of the recorder, or a limit of the
 * runtime.
 */
export const uninterpretable = (error: unknown): WireProblem => {
  const why = error instanceof Error ? error.message : String(error)
  return {
    path: WHOLE,
    expected: "an answer that can be interpreted",
    found: `an error: ${why.slice(0, WHY_CHARS_MAX).toWellFormed()}`
  }
}
