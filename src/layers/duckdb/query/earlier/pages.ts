/**
 * Finds the observations up to a seq that can hold candidates. The tables of pages say which times an answer had; of
 * those that have left SQLite, what was asked for says it.
 */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { AsOf } from "../../../../domain/answers/tables-as-of.ts"
import type { StorageFailed } from "../../../../domain/errors.ts"
import { observations } from "../../../../domain/read/records/table.ts"
import type { Reread } from "../../../../domain/read/rereads.ts"
import type { Snapshot, SqliteRow } from "../../../sqlite/database/Snapshot.ts"
import type { Duck } from "../../Duck.ts"
import type { OpenLake } from "../../staging/lake-files.ts"
import { wholeSourceOf } from "../../staging/sources.ts"
import { columnsOfRows, fillStaged } from "../../staging/staged-table.ts"
import { CHUNK_ROWS } from "../../staging/vectors.ts"
import type { Candidates } from "./candidates.ts"

/** The difference of the clocks of this machine and of the exchange that is allowed for, in microseconds. */
const CLOCKS_MICROS = 3_600_000_000

/** The name under which answers of all markets are staged. No market has it. */
const ALL_MARKETS = ""

/** Returns a row for each market that an answer can hold: the seq, the market, and the span of the times. */
const rowsOf = (seq: number, tickers: ReadonlyArray<string> | undefined, from: number, to: number) =>
  (tickers ?? [ALL_MARKETS]).map((ticker): SqliteRow => [seq, ticker, from, to])

/** The pages whose times are in SQLite. The request is in SQLite as long as the observation is. */
const pagesInSqlite = (
  snapshot: Snapshot,
  { around, asked, hot: { lake } }: Reread,
  { seq }: AsOf,
  { span }: Candidates
): Stream.Stream<ReadonlyArray<SqliteRow>, StorageFailed> =>
  snapshot
    .batches(
      `SELECT p.seq, p.first * ${lake.unit} - ${around}, p.last * ${lake.unit} + ${around}, o.request
       FROM ${lake.pages} p LEFT JOIN observations o ON o.seq = p.seq
       WHERE p.seq <= ? AND p.last * ${lake.unit} + ${around} >= ? AND p.first * ${lake.unit} - ${around} <= ?`,
      CHUNK_ROWS,
      [seq, span.from, span.to]
    )
    .pipe(
      Stream.map((rows) =>
        rows.flatMap(([page, from, to, request]) => {
          const tickers = typeof request === "string" ? asked(request).tickers : undefined
          return rowsOf(Number(page), tickers, Number(from), Number(to))
        })
      )
    )

/** The answers that have no page in SQLite, because it was pruned or because they had no facts. */
const pagesInLog = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  lake: OpenLake,
  { around, asked, endpoints, hot }: Reread,
  { seq }: AsOf,
  { prunedBefore, span }: Candidates
): Effect.Effect<ReadonlyArray<SqliteRow>, E | StorageFailed> =>
  Effect.gen(function* () {
    const view = "staged.answers_earlier"
    const since = Math.max(0, span.from - CLOCKS_MICROS)
    const source = yield* wholeSourceOf(duck, snapshot, observations, lake)
    yield* source.stage({
      columns: ["seq", "endpoint", "request", "observed_at", "status"],
      bounds: new Map([
        ["seq", { to: seq }],
        ["endpoint", { values: endpoints }],
        ["observed_at", { from: since }]
      ]),
      view
    })
    const found = yield* duck.run(
      `SELECT seq, request, epoch_us(observed_at) FROM ${view}
       WHERE seq <= ${seq} AND status = 200 AND endpoint IN (${endpoints.map(literal).join(", ")})
         AND observed_at >= make_timestamptz(${since})`
    )
    const pages = yield* snapshot.query(`SELECT seq FROM ${hot.lake.pages} WHERE seq <= ?`, [seq])
    const known = new Set(pages.map(([page]) => Number(page)))
    const rows = yield* Effect.promise(() => found.getRows())
    return rows.flatMap(([page, request, observedAt]) => {
      if (known.has(Number(page))) return []
      const { from, tickers, to } = asked(String(request))
      const until = Math.min(to, Number(observedAt) + CLOCKS_MICROS + around, prunedBefore + around)
      return from > until ? [] : rowsOf(Number(page), tickers, from, until)
    })
  })

/**
 * Selects the pages that have a candidate of their markets in their span. Candidates and ends of pages are sorted
 * together: a page has one if more candidates come before its end than before its begin.
 */
const selectWanted = (pages: string, candidates: string): string => `
  WITH points AS (
    SELECT DISTINCT '${ALL_MARKETS}' AS ticker, micros, 1 AS part, 1 AS n, NULL::BIGINT AS seq FROM ${candidates}
    UNION ALL
    SELECT DISTINCT ticker, micros, 1, 1, NULL::BIGINT FROM ${candidates} SEMI JOIN ${pages} USING (ticker)
    UNION ALL
    SELECT ticker, first, 0, 0, seq FROM ${pages}
    UNION ALL
    SELECT ticker, last, 2, 0, seq FROM ${pages}
  ), counted AS (
    SELECT ticker, seq,
      sum(n) OVER (PARTITION BY ticker ORDER BY micros, part ROWS UNBOUNDED PRECEDING) AS before
    FROM points
  )
  SELECT DISTINCT seq FROM counted WHERE seq IS NOT NULL
  GROUP BY ticker, seq HAVING max(before) > min(before)
  ORDER BY seq`

/** Returns the seqs of the observations up to a seq that can hold candidates, in order. */
export const pagesWith = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  lake: OpenLake,
  reread: Reread,
  asOf: AsOf,
  candidates: Candidates
): Effect.Effect<ReadonlyArray<number>, E | StorageFailed> =>
  Effect.gen(function* () {
    const pruned =
      candidates.span.from >= candidates.prunedBefore + reread.around
        ? []
        : yield* pagesInLog(duck, snapshot, lake, reread, asOf, candidates)
    const parts = Array.from({ length: Math.ceil(pruned.length / CHUNK_ROWS) }, (_, n) =>
      pruned.slice(n * CHUNK_ROWS, (n + 1) * CHUNK_ROWS)
    )
    const name = `${reread.hot.lake.table.name}_pages`
    yield* fillStaged(duck, {
      name,
      columns: [
        { name: "seq", kind: "integer" },
        { name: "ticker", kind: "text" },
        { name: "first", kind: "integer" },
        { name: "last", kind: "integer" }
      ],
      chunks: Stream.concat(
        pagesInSqlite(snapshot, reread, asOf, candidates),
        Stream.fromIterable(parts)
      ).pipe(
        Stream.flattenIterables,
        Stream.grouped(CHUNK_ROWS),
        Stream.map((rows) => columnsOfRows([...rows]))
      )
    })
    const found = yield* duck.run(selectWanted(`staged.${quoted(name)}`, candidates.table))
    const rows = yield* Effect.promise(() => found.getRows())
    return rows.map(([seq]) => Number(seq))
  })
