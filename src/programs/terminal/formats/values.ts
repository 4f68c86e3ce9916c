/** Formats the values of an answer as text. */
import { ExactNumber, type QueryColumn, type QueryValue } from "../../../services/Analytics.ts"
import { printableJson } from "../printable.ts"

const isList = (value: QueryValue): value is ReadonlyArray<QueryValue> => Array.isArray(value)

/** Formats a value as JSON. Numbers keep all of their digits. */
export const jsonOf = (value: QueryValue): string => {
  if (value instanceof ExactNumber) return value.digits
  if (value === null || typeof value !== "object") return printableJson(JSON.stringify(value))
  if (isList(value)) return `[${value.map(jsonOf).join(",")}]`
  return `{${Object.entries(value)
    .map(([name, inner]) => `${jsonOf(name)}:${jsonOf(inner)}`)
    .join(",")}}`
}

/** Formats a value as text. Lists and structs are JSON, and NULL is the empty string. */
export const textOf = (value: QueryValue): string => {
  if (value === null) return ""
  return typeof value === "object" && !(value instanceof ExactNumber) ? jsonOf(value) : String(value)
}

/** Tells whether a column is right-aligned. Lists of numbers and INTERVAL are not numeric. */
export const isNumeric = ({ type }: QueryColumn): boolean =>
  /^(?:DECIMAL\(\d+,\d+\)|DOUBLE|FLOAT|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM)$/.test(type)

/** Tells whether the cells of a column must not be cut: part of a time or a number would be a wrong value. */
export const isRigid = (column: QueryColumn): boolean =>
  isNumeric(column) || /^(?:BOOLEAN|DATE|TIME|INTERVAL|UUID)/.test(column.type)
