/**
 * Binds the parameters of a statement, `$name` in its SQL, to values. They are never part of the text, and DuckDB plans
 * with them, so that a parameter bounds the rows that are read as a constant does.
 */
import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  DuckDBDecimalValue,
  type DuckDBPreparedStatement,
  DuckDBTimestampTZValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  SQLNULL,
  TIMESTAMPTZ,
  VARCHAR
} from "@duckdb/node-api"
import { Effect } from "effect"
import { QueryFailed } from "../../../domain/errors.ts"
import { epochMicros, normaliseTime } from "../../../domain/units/time.ts"
import type { QueryParameters } from "../../../services/Analytics.ts"
import type { Bindings } from "../Duck.ts"

/** A parameter of a statement. */
export interface StatementParameter {
  readonly name: string
  /** Whether the statement accepts values of any type. Otherwise DuckDB converts a text to the type that it needs. */
  readonly isOpen: boolean
}

/** Returns the parameters of a prepared statement. DuckDB does not distinguish capitals in their names. */
export const parametersOf = (prepared: DuckDBPreparedStatement): ReadonlyArray<StatementParameter> =>
  Array.from({ length: prepared.parameterCount }, (_, at) => ({
    name: prepared.parameterName(at + 1),
    isOpen: prepared.parameterTypeId(at + 1) === DuckDBTypeId.INVALID
  }))

interface Typed {
  readonly value: DuckDBValue
  readonly type: DuckDBType
}

/** The most digits that DuckDB's DECIMAL has. */
const DECIMAL_DIGITS_MAX = 38
/** The most digits of which every integer is a BIGINT. */
const BIGINT_DIGITS_MAX = 18

const NUMBER = /^([+-]?)(\d+)(?:\.(\d+))?$/
const EXPONENT = /^[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,3}$/
const DAY = /^\d{4}-\d\d-\d\d$/

const textual = (value: string): Typed => ({ value, type: VARCHAR })

/** Reads a decimal number with all of its digits. */
const decimal = (text: string): Typed | undefined => {
  const [, sign = "", whole = "", fraction = ""] = NUMBER.exec(text) ?? []
  const digits = whole + fraction
  if (digits === "") return undefined
  const value = BigInt(sign === "-" ? `-${digits}` : digits)
  if (fraction === "" && digits.length <= BIGINT_DIGITS_MAX) return { value, type: BIGINT }
  if (digits.length > DECIMAL_DIGITS_MAX) return undefined
  const [width, scale] = [digits.length, fraction.length]
  return { value: new DuckDBDecimalValue(value, width, scale), type: DECIMAL(width, scale) }
}

const time = (text: string): Typed | undefined => {
  const normal = normaliseTime(DAY.test(text) ? `${text}T00:00:00Z` : text)
  return normal === undefined || normal === ""
    ? undefined
    : { value: new DuckDBTimestampTZValue(BigInt(epochMicros(normal))), type: TIMESTAMPTZ }
}

/** Reads a text for a place where the statement accepts any type. */
const read = (text: string): Typed => {
  if (text === "true" || text === "false") return { value: text === "true", type: BOOLEAN }
  if (EXPONENT.test(text)) return { value: Number(text), type: DOUBLE }
  return decimal(text) ?? time(text) ?? textual(text)
}

const typed = (value: QueryParameters[string], isOpen: boolean): Typed => {
  if (value === null) return { value, type: SQLNULL }
  if (typeof value === "boolean") return { value, type: BOOLEAN }
  // The shortest digits of a number are exact in DECIMAL, as those of a constant in SQL are.
  if (typeof value === "number") return decimal(String(value)) ?? { value, type: DOUBLE }
  return isOpen ? read(value) : textual(value)
}

const listed = (names: ReadonlyArray<string>): string => names.map((name) => `$${name}`).join(", ")

/** Fails if a value is given that has no parameter. */
export const refuseUnknown = (
  parameters: ReadonlyArray<StatementParameter>,
  given: QueryParameters
): Effect.Effect<void, QueryFailed> => {
  const known = new Set(parameters.map(({ name }) => name.toLowerCase()))
  const unknown = Object.keys(given).filter((name) => !known.has(name.toLowerCase()))
  return unknown.length === 0
    ? Effect.void
    : new QueryFailed({
        why: `the statement has no parameter ${listed(unknown)}; ${known.size === 0 ? "it has none" : `it has ${listed([...known])}`}`
      })
}

/** Returns the values of parameters, or fails if one has none. */
export const bind = (
  parameters: ReadonlyArray<StatementParameter>,
  given: QueryParameters
): Effect.Effect<Bindings, QueryFailed> => {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))
  const missing = parameters.filter(({ name }) => !byName.has(name.toLowerCase())).map(({ name }) => name)
  if (missing.length > 0)
    return new QueryFailed({
      why: `the statement has the parameter ${listed(missing)} without a value. Give it with --param ${missing[0]}=VALUE`
    })
  const all = parameters.map(
    ({ isOpen, name }) => [name, typed(byName.get(name.toLowerCase()) ?? null, isOpen)] as const
  )
  return Effect.succeed({
    values: Object.fromEntries(all.map(([name, { value }]) => [name, value])),
    types: Object.fromEntries(all.map(([name, { type }]) => [name, type]))
  })
}
