/** Converts values of DuckDB to QueryValue without losing digits. */
import { DuckDBTypeId, type DuckDBValueConverter, JsonDuckDBValueConverter } from "@duckdb/node-api"
import { ExactNumber, type QueryValue } from "../../../services/Analytics.ts"

/** Returns a number if the double prints as the same digits, and the digits otherwise. */
const exact = (digits: string): number | ExactNumber => {
  const plain = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits
  const number = Number(plain)
  return String(number) === plain ? number : new ExactNumber(plain)
}

/** Formats microseconds since the epoch as `2026-11-22T12:15:00` or `2026-11-22T12:15:00.123456`. */
const isoOf = (micros: bigint, otherwise: string): string => {
  // Division of BigInts rounds towards zero, but the microseconds of times before 1970 count upwards, too.
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const date = new Date(Number((micros - rest) / 1000n))
  // "infinity", and years outside the range of JavaScript's Date.
  if (Number.isNaN(date.getTime())) return otherwise
  const seconds = date.toISOString().slice(0, -5)
  return rest === 0n ? seconds : `${seconds}.${String(rest).padStart(6, "0")}`
}

const microsOf = (value: unknown): bigint | undefined =>
  typeof value === "object" && value !== null && "micros" in value && typeof value.micros === "bigint"
    ? value.micros
    : undefined

const EXACT: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.DECIMAL
])

/** A converter for DuckDB's library, which also calls it for the values inside lists, structs and maps. */
export const toQueryValue: DuckDBValueConverter<QueryValue> = (value, type, converter) => {
  if (value === null) return null
  if (EXACT.has(type.typeId)) return exact(String(value))
  if (type.typeId === DuckDBTypeId.INTERVAL) return String(value)
  const micros = microsOf(value)
  if (micros !== undefined && type.typeId === DuckDBTypeId.TIMESTAMP_TZ) {
    const text = isoOf(micros, "")
    return text === "" ? String(value) : `${text}Z`
  }
  if (micros !== undefined && type.typeId === DuckDBTypeId.TIMESTAMP) return isoOf(micros, String(value))
  // The library's converter handles nested values. It calls this converter for their parts.
  return (JsonDuckDBValueConverter as DuckDBValueConverter<QueryValue>)(value, type, converter)
}
