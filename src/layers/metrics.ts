/**
 * The metrics of a recorder. A program reads them with `Metric.snapshot` or exports them with
 * `@effect/opentelemetry`. The metrics of a run have the label `feed`.
 */
import { Metric, MetricBoundaries } from "effect"

const counter = (name: string, description: string) =>
  Metric.counter(`kalshi_${name}`, { description, incremental: true })

export const attempts = counter("attempts_total", "Requests sent to the exchange, repeated ones included")

export const rateLimited = counter("rate_limited_total", "Answers with status 429")

export const pages = counter("pages_total", "Answers appended to the log")

export const items = counter("items_total", "Items of the listings in the log")

export const bytes = counter("recorded_bytes_total", "Bytes of the bodies appended to the log, uncompressed")

export const rows = counter("rows_written_total", "Rows written to the tables")

/** The lateness of slots: the time in seconds between a boundary and the start of its slot. */
export const lateness = Metric.histogram(
  "kalshi_slot_lateness_seconds",
  MetricBoundaries.fromIterable([0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60]),
  "Seconds between a boundary and the start of its slot"
)
