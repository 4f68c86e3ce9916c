/** A row of `observations`, and what it is in the domain's words. */
import { Effect } from "effect"
import { LogDamaged } from "../../domain/errors.ts"
import type { BodyEncoding, LogEntry, LoggedObservation, Observation } from "../../domain/observation.ts"
import { slotSeconds, slotText } from "../../domain/time.ts"
import { decompress } from "../compression.ts"
import { type ChainedRow, sha256 } from "./chain.ts"

export interface LogRow extends ChainedRow {
  readonly encoding: BodyEncoding
  readonly chain_sha256: string
}

export const LOG_COLUMNS =
  "seq, feed, slot, page, endpoint, request, cursor, observed_at, status, base_url, encoding, body_sha256, chain_sha256"

/** The row of an observation that is to stand at `seq`, but for its place in the chain. */
export const toRow = (
  seq: number,
  observation: Observation,
  body: Pick<LogRow, "encoding" | "body" | "body_sha256">
): Omit<LogRow, "chain_sha256"> => ({
  seq,
  feed: observation.feed,
  slot: slotText(observation.slot),
  page: observation.page,
  endpoint: observation.endpoint,
  request: observation.request,
  cursor: observation.cursor,
  observed_at: observation.observedAt,
  status: observation.status,
  base_url: observation.baseUrl,
  ...body
})

const header = (row: Omit<LogRow, "body">) => ({
  seq: row.seq,
  feed: row.feed,
  slot: slotSeconds(row.slot),
  page: row.page,
  endpoint: row.endpoint,
  request: row.request,
  cursor: row.cursor,
  observedAt: row.observed_at,
  status: row.status,
  baseUrl: row.base_url,
  bodySha256: row.body_sha256
})

export const toEntry = (row: Omit<LogRow, "body"> & { readonly bytes: number }): LogEntry => ({
  ...header(row),
  encoding: row.encoding,
  storedBytes: row.bytes,
  chainSha256: row.chain_sha256
})

/** The observation with the bytes that were received; they are checked against their hash. */
export const toObservation = (row: LogRow): Effect.Effect<LoggedObservation, LogDamaged> =>
  decompress(row.encoding, row.body).pipe(
    Effect.mapError(
      (error) => new LogDamaged({ seq: row.seq, why: `its body does not decompress (${error.message})` })
    ),
    Effect.filterOrFail(
      (body) => sha256(body) === row.body_sha256,
      () => new LogDamaged({ seq: row.seq, why: "its body is not the one that was received" })
    ),
    Effect.map((body) => ({ ...header(row), body }))
  )
