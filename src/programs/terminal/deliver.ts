/** Writes an answer to a file or to stdout in the requested format, batch by batch. */
import { Effect, type Scope } from "effect"
import { QueryFailed, type StorageFailed, WrongUsage } from "../../domain/errors.ts"
import { isDevice, type Sink, standardOutput, wholeFile, withFile } from "../../layers/files/whole-file.ts"
import {
  Analytics,
  type OpenAnswer,
  type QueryProblem,
  type QueryRequest,
  type QueryRow
} from "../../services/Analytics.ts"
import type { Format } from "./formats/names.ts"
import { csv, json, line, markdown, ndjson, type StreamedFormat } from "./formats/streamed.ts"
import { formatTable, type Hints, type ShownRows } from "./formats/table.ts"
import { textOf } from "./formats/values.ts"
import { plural } from "./output.ts"
import { withWaiting } from "./progress.ts"
import { screenWidth } from "./screen.ts"

const streamed: Readonly<Record<Exclude<Format, "table" | "parquet">, StreamedFormat>> = {
  csv,
  json,
  line,
  markdown,
  ndjson
}

/**
 * The largest number of characters in a table. A table needs all of its rows in memory to compute the column
 * widths.
 */
const TABLE_CHARS_MAX = 268_435_456
/** The size of the pieces in which text is written, in characters. */
const PIECE_CHARS = 262_144
/** The time limit for counting the rows that a table does not show, in milliseconds. */
const COUNTING_MILLIS = 300

interface Delivery {
  readonly format: Format
  /** The path of the file to write. The default is stdout. */
  readonly output?: string
  /** The number of rows that a table shows. The default is all rows. */
  readonly rowsMax?: number
  /** The words about what a table leaves out. */
  readonly hints?: Hints
}

const writeStreamed = (
  { columns, next }: OpenAnswer,
  format: StreamedFormat,
  sink: Sink,
  onTerminal: boolean
): Effect.Effect<void, QueryFailed | StorageFailed> =>
  Effect.gen(function* () {
    const { head, row, tail } = format(columns, onTerminal)
    let rows = 0
    let piece = head
    for (;;) {
      const batch = yield* next
      if (batch.length === 0) break
      rows += batch.length
      for (const one of batch) {
        piece += row(one)
        if (piece.length < PIECE_CHARS) continue
        yield* sink.write(piece)
        piece = ""
      }
    }
    yield* sink.write(piece + tail(rows))
  })

/** Fetches only the rows that are shown, and counts the rest within a time limit. */
const rowsToShow = (answer: OpenAnswer, rowsMax: number): Effect.Effect<ShownRows, QueryFailed> =>
  Effect.gen(function* () {
    const { columns, countRest, next } = answer
    const rows: Array<QueryRow> = []
    let characters = 0
    for (;;) {
      const batch = yield* next
      if (batch.length === 0) return { columns, rows }
      const room = rowsMax - rows.length
      for (const row of batch.slice(0, room)) {
        rows.push(row)
        for (const value of row) characters += textOf(value).length
      }
      if (characters > TABLE_CHARS_MAX)
        return yield* new QueryFailed({
          why: "the rows are too many or too long for a table, which has to hold all that it shows. Show fewer with --rows 40, or use --format csv"
        })
      if (batch.length < room) continue
      const more = batch.length - room
      const { rows: counted, whole } = yield* countRest(COUNTING_MILLIS)
      return { columns, rows, rest: { rows: more + counted, whole } }
    }
  })

export const readProgress =
  (say: (what: string) => Effect.Effect<void>) =>
  (rows: number, all: boolean): Effect.Effect<void> =>
    say(all ? "running the query" : `reading the tables: ${plural(rows, "row")}`)

/**
 * Opens the answer and fetches its first rows, which takes most of the time. Meanwhile a terminal shows how
 * many rows have been read.
 */
const begun = (request: QueryRequest): Effect.Effect<OpenAnswer, QueryProblem, Analytics | Scope.Scope> =>
  withWaiting((say) =>
    Effect.gen(function* () {
      const analytics = yield* Analytics
      const answer = yield* analytics.open({ ...request, onRead: readProgress(say) })
      const first = yield* answer.next
      let isFirst = true
      const next = Effect.suspend(() => {
        if (!isFirst) return answer.next
        isFirst = false
        return Effect.succeed(first)
      })
      return { ...answer, next }
    })
  )

const write = (
  request: QueryRequest,
  { format, hints, rowsMax = Number.POSITIVE_INFINITY }: Delivery,
  sink: Sink,
  screen: number | undefined
): Effect.Effect<void, QueryProblem, Analytics | Scope.Scope> =>
  Effect.gen(function* () {
    const answer = yield* begun(request)
    if (format === "table") {
      yield* sink.write(formatTable(yield* rowsToShow(answer, rowsMax), screen, hints))
    } else if (format !== "parquet") {
      yield* writeStreamed(answer, streamed[format], sink, screen !== undefined)
    }
  })

/** Runs a query and writes the answer. A file is written as a whole or not at all. */
export const deliver = (
  request: QueryRequest,
  delivery: Delivery
): Effect.Effect<void, QueryProblem | WrongUsage, Analytics> =>
  Effect.gen(function* () {
    const { format, output } = delivery
    if (output === undefined) {
      if (format === "parquet")
        return yield* new WrongUsage({
          why: "--format parquet writes a file: name it with -o, such as -o prices.parquet"
        })
      return yield* Effect.scoped(write(request, delivery, standardOutput, screenWidth()))
    }
    const fill = (path: string) =>
      withFile(path, output, (sink) => Effect.scoped(write(request, delivery, sink, undefined)))
    if (format !== "parquet") return yield* (yield* isDevice(output)) ? fill(output) : wholeFile(output, fill)
    const analytics = yield* Analytics
    yield* wholeFile(output, (path) =>
      withWaiting((say) => analytics.writeParquet({ ...request, path, onRead: readProgress(say) }))
    )
  })
