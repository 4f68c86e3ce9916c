/**
 * Reads the records of a table. Its definition says how a row is decoded: nothing that SQLite returns is used
 * before its schema has accepted it.
 */
import type * as SqlError from "@effect/sql/SqlError"
import {
  DateTime,
  Effect,
  Either,
  Record as Fields,
  Option,
  ParseResult,
  Schema,
  String as Str
} from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import type { ColumnKind } from "../../../domain/read/column.ts"
import type { RecordOf, SentTime } from "../../../domain/read/record.ts"
import type { ViewColumns } from "../../../domain/read/view.ts"
import type { UtcTime } from "../../../domain/units/moment.ts"
import { normaliseTime, slotSeconds, slotText } from "../../../domain/units/time.ts"
import { storage } from "../database/Database.ts"

const decoded = <From, To>(from: Schema.Schema<From, From>, to: (cell: From) => To) =>
  Schema.transform(from, Schema.Any as Schema.Schema<To>, {
    strict: true,
    decode: to,
    encode: () => {
      throw new Error("records are read only")
    }
  })

const isTime = (cell: string) => normaliseTime(cell) === cell
const isSlot = (cell: string) => {
  const seconds = slotSeconds(cell)
  return Number.isInteger(seconds) && slotText(seconds) === cell
}

const utcTime = (iso: string): UtcTime => ({ utc: DateTime.unsafeMake(iso), iso })

/** `2026-11-22T12:15:00.123456Z` */
export const time = decoded(
  Schema.String.pipe(Schema.filter((cell) => (cell !== "" && isTime(cell)) || "is no time of the tables")),
  utcTime
)

/** A time, or the empty string if the exchange has sent that. */
const sentTime = decoded(
  Schema.String.pipe(Schema.filter((cell) => isTime(cell) || "is neither a time of the tables nor empty")),
  (cell): UtcTime | "" => (cell === "" ? cell : utcTime(cell))
)

/** Returns a time that the exchange sends as `coalesce(time, '')` has it in SQL. */
export const sentText = (sent: SentTime): string => (sent === null || sent === "" ? "" : sent.iso)

/** `2026-11-22T12:15:00Z` */
export const slot = decoded(
  Schema.String.pipe(Schema.filter((cell) => isSlot(cell) || "is no slot")),
  (cell) => DateTime.unsafeMake(cell)
)

const schemas = {
  text: Schema.String,
  cents: Schema.Finite,
  contracts: Schema.Finite,
  integer: Schema.Int,
  real: Schema.Finite,
  flag: decoded(Schema.Literal(0, 1), (cell) => cell === 1),
  slot,
  time,
  blob: Schema.Uint8ArrayFromSelf
} satisfies Record<ColumnKind, Schema.Schema.AnyNoContext>

/** The columns of a row, by their names in SQL. */
type Source<Shown extends ViewColumns> = { readonly name: string; readonly shown: Shown }

/** Builds the schema of the records of a view, which decodes to the type `RecordOf` gives. */
const schemaOf = <Shown extends ViewColumns>({ shown }: Source<Shown>) =>
  Schema.Struct(
    Fields.mapEntries(shown, ({ kind, required }, name) => {
      const schema: Schema.Schema.AnyNoContext = schemas[kind]
      const nullable = Schema.NullOr(kind === "time" ? sentTime : schema)
      return [Str.snakeToCamel(name), required ? schema : nullable]
    })
  ) as unknown as Schema.Schema<RecordOf<Source<Shown>>, unknown>

const WHY_CHARACTERS_MAX = 200

const undecodable = (
  table: string,
  columns: ReadonlyArray<string>,
  error: ParseResult.ParseError
): StorageFailed => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const field = issue?.path.at(-1)
  const column = columns.find((name) => Str.snakeToCamel(name) === field) ?? String(field)
  const place = issue === undefined ? "a row" : `column ${column}`
  const why = `${place}: ${issue === undefined ? error.message : issue.message}`.replace(/\s+/g, " ")
  return new StorageFailed({
    operation: `reading ${table}`,
    why: `${why.slice(0, WHY_CHARACTERS_MAX)}. Run \`kalshi replay\` to rebuild the table`
  })
}

type Select = Effect.Effect<unknown, SqlError.SqlError>

/** Runs a SELECT and decodes its rows; one that does not fit the schema fails the whole read. */
export const reader = <Row, Cells>(
  table: string,
  row: Schema.Schema<Row, Cells>,
  columns: ReadonlyArray<string> = []
) => {
  const decode = Schema.decodeUnknownEither(Schema.Array(row))
  return (select: Select): Effect.Effect<ReadonlyArray<Row>, StorageFailed> =>
    select.pipe(
      storage(`reading ${table}`),
      Effect.flatMap((rows) => Either.mapLeft(decode(rows), (error) => undecodable(table, columns, error)))
    )
}

/** Makes the reader of the records of a view, or of a part of one. */
export const recordsOf = <Shown extends ViewColumns>(source: Source<Shown>) => {
  const columns = Object.keys(source.shown)
  const all = reader(source.name, schemaOf(source), columns)
  const as = (sql: string, column: string) => `${sql} AS "${Str.snakeToCamel(column)}"`
  return {
    /** The SELECT list over the view itself, which the statement calls `alias`. */
    columns: (alias: string) => columns.map((column) => as(`${alias}.${column}`, column)).join(", "),
    /** The SELECT list over the tables beneath the view, under its own aliases of them. */
    expressions: Object.entries(source.shown)
      .map(([column, { sql }]) => as(sql, column))
      .join(", "),
    all,
    first: (select: Select) => Effect.map(all(select), ([record]) => Option.fromNullable(record))
  }
}
