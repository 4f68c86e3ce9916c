/** Converts between a row of `observations` and an observation of the domain. */
import type { BodyEncoding, LogEntry, Observation, SealedObservation } from "../../../domain/observation.ts"
import { slotSeconds, slotText } from "../../../domain/units/time.ts"
import type { ArchivedObservation, ArchivedRow } from "../../archive/segment.ts"
import type { ChainedRow } from "./chain.ts"

export interface LogRow extends ChainedRow {
  readonly encoding: BodyEncoding
  readonly chain_sha256: string
}

export const LOG_COLUMNS =
  "seq, feed, slot, page, endpoint, request, cursor, observed_at, status, base_url, encoding, body_sha256, chain_sha256"

/** Returns the row of an observation at `seq`, without its hash in the chain. */
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

export const toSealed = (row: LogRow): SealedObservation => ({
  ...header(row),
  encoding: row.encoding,
  stored: row.body
})

/** An archived body is whole, and is handed on as it was received. */
export const sealArchived = ({ body, ...row }: ArchivedObservation): SealedObservation => ({
  ...header(row),
  encoding: "identity",
  stored: body
})

export const archivedEntry = (row: ArchivedRow): LogEntry => toEntry({ ...row, bytes: row.stored_bytes })
