/**
 * Reads `observations`: the rows of the hot log from SQLite, and those of the archive from the Parquet files of its
 * segments, which have no bodies. Their bodies are NULL; `kalshi log show SEQ --body` puts one together.
 */
import { join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { observations } from "../../../domain/read/records/table.ts"
import { epochMicros } from "../../../domain/units/time.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { type Bounds, NO_BOUNDS, type Span } from "./bounds.ts"
import { columnsOf, kindOf, sqlType } from "./kinds.ts"
import { checkFile, type ListedFile } from "./listed-file.ts"
import type { TableSource } from "./table-source.ts"
import { viewOf } from "./view.ts"

/** A segment that has rows which the hot log no longer has. */
interface ColdSegment {
  readonly seqs: Span
  /** The times of observation, in microseconds since 1970. */
  readonly times: Span
  readonly file: ListedFile
}

const SEGMENTS = `
  SELECT first_seq, last_seq, first_observed_at, last_observed_at, observations_bytes, observations_sha256, sealed_at
  FROM archive_segments
  WHERE first_seq < (SELECT coalesce(min(seq), ${Number.MAX_SAFE_INTEGER}) FROM observations)
  ORDER BY first_seq`

const coldSegments = (snapshot: Snapshot): Effect.Effect<ReadonlyArray<ColdSegment>, StorageFailed> =>
  Effect.gen(function* () {
    const [[tables] = []] = yield* snapshot.query(
      "SELECT count(*) FROM sqlite_schema WHERE name = 'archive_segments'"
    )
    // A data directory of an earlier version has no archive yet.
    const rows = tables === 0 ? [] : yield* snapshot.query(SEGMENTS)
    return rows.map(([first, last, firstTime, lastTime, bytes, sha256, sealedAt]) => ({
      seqs: { from: Number(first), to: Number(last) },
      times: { from: epochMicros(String(firstTime)), to: epochMicros(String(lastTime)) },
      file: {
        path: join(`${first}-${last}`, "observations.parquet"),
        bytes: Number(bytes),
        sha256: String(sha256),
        addedAt: String(sealedAt)
      }
    }))
  })

const mayHold = (bounds: Bounds, column: string, { from, to }: Span): boolean => {
  const of = bounds.get(column)
  return (typeof of?.from !== "number" || to >= of.from) && (typeof of?.to !== "number" || from <= of.to)
}

const FORMATS = { slot: "%Y-%m-%dT%H:%M:%SZ", time: "%Y-%m-%dT%H:%M:%S.%fZ" }

/** The files hold times as the text that they are in SQLite. A cast of text to a time takes ten times as long. */
const shown = (column: string): string => {
  const kind = kindOf(observations, column)
  if (column === "body") return `NULL::${sqlType(observations, column)} AS body`
  if (kind !== "slot" && kind !== "time") return quoted(column)
  return `make_timestamptz(epoch_us(strptime(${quoted(column)}, '${FORMATS[kind]}'))) AS ${quoted(column)}`
}

/** Returns the source of the whole log. `hot` reads the rows that are in SQLite. */
export const observationSource = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  folder: string,
  hot: TableSource<E>
): TableSource<E> => ({
  stage: (options) =>
    Effect.gen(function* () {
      const { bounds = NO_BOUNDS, view = viewOf(observations) } = options
      const segments = (yield* coldSegments(snapshot)).filter(
        ({ seqs, times }) => mayHold(bounds, "seq", seqs) && mayHold(bounds, "observed_at", times)
      )
      if (segments.length === 0) return yield* hot.stage(options)
      yield* Effect.forEach(segments, ({ file }) => checkFile(folder, file, ARCHIVE), {
        concurrency: 8,
        discard: true
      })
      const hotView = `staged.${quoted("observations_hot")}`
      const rows = yield* hot.stage({ ...options, view: hotView })
      const [[firstHot = null] = []] = yield* snapshot.query("SELECT min(seq) FROM observations")
      const files = segments.map(({ file }) => literal(join(folder, file.path))).join(", ")
      const cold = `
        SELECT ${columnsOf(observations).map(shown).join(", ")}
        FROM read_parquet([${files}], hive_partitioning = false)
        ${firstHot === null ? "" : `WHERE seq < ${firstHot}`}`
      yield* duck.run(`CREATE OR REPLACE VIEW ${view} AS ${cold} UNION ALL FROM ${hotView}`)
      return rows
    })
})

const ARCHIVE = "the log cannot do without it: bring it back from a backup, and see `kalshi log verify`"
