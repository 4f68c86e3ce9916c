/**
 * What rows of the public tables hold, column by column, and how their cells become words of the ports.
 * Nothing that SQLite hands over is believed before its schema has seen it.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { DateTime, Effect, Either, ParseResult, Schema } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { normaliseTime, slotSeconds, slotText } from "../../../domain/units/time.ts"
import type { Moment, SentTime, UtcTime } from "../../../services/MarketRepository.ts"
import { storage } from "../database/Database.ts"

export const text = Schema.NullOr(Schema.String)
/** Cents, contracts or any other number; the double nearest to the decimal that was sent. */
export const number = Schema.NullOr(Schema.Finite)
export const integer = Schema.NullOr(Schema.Int)
export const flag = Schema.NullOr(Schema.Literal(0, 1))

/** `2026-11-22T12:15:00.123456Z` */
export const time = Schema.String.pipe(
  Schema.filter((cell) => (cell !== "" && normaliseTime(cell) === cell) || "is no time of the tables")
)
export const sentTime = Schema.NullOr(
  Schema.String.pipe(
    Schema.filter((cell) => normaliseTime(cell) === cell || "is neither a time of the tables nor empty")
  )
)

const isSlot = (cell: string) => {
  const seconds = slotSeconds(cell)
  return Number.isInteger(seconds) && slotText(seconds) === cell
}

/** `2026-11-22T12:15:00Z` */
export const slot = Schema.String.pipe(Schema.filter((cell) => isSlot(cell) || "is no slot"))

export const toUtcTime = (iso: string): UtcTime => ({ utc: DateTime.unsafeMake(iso), iso })

export const toSentTime = (cell: string | null): SentTime =>
  cell === null || cell === "" ? cell : toUtcTime(cell)

export const toBoolean = (cell: 0 | 1 | null): boolean | null => (cell === null ? null : cell === 1)

export const toSlot = (cell: string): DateTime.Utc => DateTime.unsafeMake(cell)

/** Years of more than four digits would not sort as text. */
const EPOCH_MILLIS_MIN = Date.parse("0000-01-01T00:00:00.000Z")
const EPOCH_MILLIS_MAX = Date.parse("9999-12-31T23:59:59.999Z")

/** Epoch milliseconds, kept within the years that the tables can hold. */
export const withinYears = (moment: DateTime.Utc): number =>
  Math.min(Math.max(moment.epochMillis, EPOCH_MILLIS_MIN), EPOCH_MILLIS_MAX)

/** A moment as the tables write it. */
export const momentText = (moment: Moment): string =>
  "iso" in moment ? moment.iso : `${new Date(withinYears(moment)).toISOString().slice(0, 23)}000Z`

/** The list of a row's columns, for SELECT: what is read is what is decoded. */
export const columnsOf = (
  row: { readonly fields: Readonly<Record<string, unknown>> },
  table: string
): string =>
  Object.keys(row.fields)
    .map((column) => `${table}.${column}`)
    .join(", ")

const WHY_CHARACTERS_MAX = 200

const undecodable = (table: string, error: ParseResult.ParseError): StorageFailed => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const column = issue === undefined ? "a row" : `column ${String(issue.path.at(-1))}`
  const why = `${column}: ${issue === undefined ? error.message : issue.message}`.replace(/\s+/g, " ")
  return new StorageFailed({
    operation: `reading ${table}`,
    why: `${why.slice(0, WHY_CHARACTERS_MAX)}. Run \`kalshi replay\` to rebuild the table`
  })
}

/** Runs a SELECT and decodes its rows; one that does not fit the schema fails the whole read. */
export const reader = <Row, Cells>(table: string, row: Schema.Schema<Row, Cells>) => {
  const decode = Schema.decodeUnknownEither(Schema.Array(row))
  return (
    select: Effect.Effect<unknown, SqlError.SqlError>
  ): Effect.Effect<ReadonlyArray<Row>, StorageFailed> =>
    select.pipe(
      storage(`reading ${table}`),
      Effect.flatMap((rows) => Either.mapLeft(decode(rows), (error) => undecodable(table, error)))
    )
}
