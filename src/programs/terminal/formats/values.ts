/** Values of an answer as text. */
import { ExactNumber, type QueryColumn, type QueryValue } from "../../../services/Analytics.ts"
import { printableJson } from "../printable.ts"

const isList = (value: QueryValue): value is ReadonlyArray<QueryValue> => Array.isArray(value)

/** JSON with every digit: a number is written as a number, however long it is. */
export const jsonOf = (value: QueryValue): string => {
  if (value instanceof ExactNumber) return value.digits
  if (value === null || typeof value !== "object") return printableJson(JSON.stringify(value))
  if (isList(value)) return `[${value.map(jsonOf).join(",")}]`
  return `{${Object.entries(value)
    .map(([name, inner]) => `${jsonOf(name)}:${jsonOf(inner)}`)
    .join(",")}}`
}

/** A value in one piece of text; lists and structs as JSON, NULL as nothing. */
export const textOf = (value: QueryValue): string => {
  if (value === null) return ""
  return typeof value === "object" && !(value instanceof ExactNumber) ? jsonOf(value) : String(value)
}

/** Columns that stand to the right. A list of numbers is no number, nor is an INTERVAL. */
export const isNumeric = ({ type }: QueryColumn): boolean =>
  /^(?:DECIMAL\(\d+,\d+\)|DOUBLE|FLOAT|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM)$/.test(type)

/** Columns whose text is as short as it can be: half of a time or of a number is a wrong one. */
export const isRigid = (column: QueryColumn): boolean =>
  isNumeric(column) || /^(?:BOOLEAN|DATE|TIME|INTERVAL|UUID)/.test(column.type)
