/**
 * The tables that are records of their own, which migrations create and nothing rebuilds; and `coverage`, a
 * view over one of them.
 */
import { alwaysShownAs, type PublicTable, shownAs, view } from "../view.ts"

export const collectionRuns: PublicTable = {
  name: "collection_runs",
  about: "how every scheduled slot ended",
  columns: {
    feed: "text",
    slot: "slot",
    interval: "integer",
    started_at: "time",
    finished_at: "time",
    status: "text",
    reason: "text",
    pages: "integer",
    items: "integer",
    watermark: "slot",
    failed_attempts: "integer"
  },
  key: ["feed", "slot"],
  origin: "recorded"
}

export const backfills: PublicTable = {
  name: "backfills",
  about: "what was asked for of the past, and how far each has come",
  columns: {
    slot: "slot",
    spec: "text",
    status: "text",
    reason: "text",
    attempt: "slot",
    started_at: "time",
    finished_at: "time",
    requests: "integer",
    requests_done: "integer",
    pages: "integer",
    items: "integer"
  },
  key: ["slot"],
  origin: "recorded"
}

export const clockJumps: PublicTable = {
  name: "clock_jumps",
  about: "when this machine's clock moved on its own or was wrong, and which time was believed",
  columns: {
    noticed_at: "time",
    seconds: "real",
    clock_at: "time",
    exchange_at: "time",
    believed: "text",
    reason: "text"
  },
  key: ["noticed_at"],
  origin: "recorded"
}

const slotsOfDay = (alias: string) =>
  // Every slot of a day sorts after the day and before the day with a "U": a slot goes on with a "T".
  `${alias}.feed = d.feed AND ${alias}.slot >= d.day AND ${alias}.slot < d.day || 'U'`

/**
 * One row for each feed and UTC day, so that "nothing happened" can be distinguished from "nothing was
 * recorded". A slot counts on the day on which it begins; one that is still running is due and nothing else yet.
 */
export const coverage = view({
  name: "coverage",
  about: "of each feed and UTC day, how many slots were due and how they ended",
  key: ["feed", "day"],
  origin: "recorded",
  columns: {
    feed: alwaysShownAs("text", "d.feed"),
    day: alwaysShownAs("text", "d.day"),
    slots_due: alwaysShownAs("integer", "d.slots_due"),
    complete: alwaysShownAs("integer", "d.complete"),
    warnings: alwaysShownAs("integer", "d.warnings"),
    failed: alwaysShownAs("integer", "d.failed"),
    skipped: alwaysShownAs("integer", "d.skipped"),
    missed: alwaysShownAs("integer", "d.missed"),
    running: alwaysShownAs("integer", "d.running"),
    complete_share: shownAs(
      "real",
      `CASE WHEN d.slots_due > d.running
        THEN CAST(d.complete AS REAL) / (d.slots_due - d.running) END`
    ),
    pages: alwaysShownAs("integer", "d.pages"),
    items: alwaysShownAs("integer", "d.items"),
    failed_attempts: alwaysShownAs("integer", "d.failed_attempts"),
    first_failure: shownAs(
      "text",
      `(SELECT f.reason FROM collection_runs f
       WHERE ${slotsOfDay("f")} AND f.status = 'failed'
       ORDER BY f.slot LIMIT 1)`
    ),
    first_warning: shownAs(
      "text",
      `(SELECT w.reason FROM collection_runs w
       WHERE ${slotsOfDay("w")}
         AND w.status = 'complete' AND w.reason IS NOT NULL
       ORDER BY w.slot LIMIT 1)`
    )
  },
  from: `FROM (
      SELECT
        feed, substr(slot, 1, 10) AS day, count(*) AS slots_due,
        sum(status = 'complete') AS complete,
        sum(status = 'complete' AND reason IS NOT NULL) AS warnings, sum(status = 'failed') AS failed,
        sum(status = 'skipped') AS skipped, sum(status = 'missed') AS missed,
        sum(status = 'running') AS running, sum(pages) AS pages, sum(items) AS items,
        sum(failed_attempts) AS failed_attempts
      FROM collection_runs
      GROUP BY feed, substr(slot, 1, 10)
    ) d`
})

export const quarantine: PublicTable = {
  name: "quarantine",
  about: "items and fields that could not be read, and whether a later version could",
  columns: {
    seq: "integer",
    projection: "text",
    item: "text",
    error: "text",
    first_seen: "time",
    resolved_at: "time"
  },
  key: ["seq", "projection", "item"],
  origin: "recorded"
}

export const observations: PublicTable = {
  name: "observations",
  about:
    "every answer of the exchange, as it came: the log that all else follows from; archived ones without body",
  columns: {
    seq: "integer",
    feed: "text",
    slot: "slot",
    page: "integer",
    endpoint: "text",
    request: "text",
    cursor: "text",
    observed_at: "time",
    status: "integer",
    base_url: "text",
    encoding: "text",
    body: "blob",
    body_sha256: "text",
    chain_sha256: "text"
  },
  key: ["seq"],
  origin: "recorded"
}
