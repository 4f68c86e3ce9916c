/** Converts values of DuckDB to QueryValue without losing digits. */
import { DuckDBTypeId, type DuckDBValueConverter, JsonDuckDBValueConverter } from "@duckdb/node-api"
import { ExactNumber, type QueryValue } from "../../../services/Analytics.ts"

/** A number where the double prints as the same digits, the digits themselves where it does not. */
const exact = (digits: string): number | ExactNumber => {
  const plain = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits
  const number = Number(plain)
  return String(number) === plain ? number : new ExactNumber(plain)
}

/** Microseconds since the epoch as `2026-11-22T12:15:00` or `2026-11-22T12:15:00.123456`. */
const isoOf = (micros: bigint, otherwise: string): string => {
  // Division of BigInts goes towards zero, and the microseconds before 1970 count upwards too.
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const date = new Date(Number((micros - rest) / 1000n))
  // "infinity", and years that JavaScript does not reach.
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

/** For the library's conversions; it comes back here for the values inside of lists, structs and maps. */
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
