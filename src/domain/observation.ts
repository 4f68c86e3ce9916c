import type { SlotSeconds } from "./units/time.ts"

/**
 * The key of an observation, which is decided before the request is sent. Two answers for one key are the same
 * observation, and the second is discarded.
 */
export interface ObservationKey {
  readonly feed: string
  readonly slot: SlotSeconds
  /** Canonical path and query, without the cursor: `/markets?limit=1000&status=open`. */
  readonly request: string
  /** Counted from 0 within the request. */
  readonly page: number
}

/** One answer of the exchange, exactly as it came, with the data that are needed to decode it. */
export interface Observation extends ObservationKey {
  /** The route template: `GET /markets/{ticker}`. */
  readonly endpoint: string
  /** The cursor that was sent, `null` on a first page. */
  readonly cursor: string | null
  /** The time at which the last byte had come: `2026-11-22T12:15:00.123456Z`. */
  readonly observedAt: string
  /** HTTP status. */
  readonly status: number
  readonly baseUrl: string
  /** The bytes received, after the transfer's own compression was undone. */
  readonly body: Uint8Array
}

/** An observation with its place in the log. */
export interface LoggedObservation extends Observation {
  /** Contiguous from 1. */
  readonly seq: number
  /** Lower-case hex of the SHA-256 of the body, checked when it was read. */
  readonly bodySha256: string
}

/** The encoding of the stored body. */
export type BodyEncoding = "br" | "identity"

/** An observation as it is stored. Its body has a few hundredths of the size, and has not been checked. */
export interface SealedObservation extends Omit<LoggedObservation, "body"> {
  readonly encoding: BodyEncoding
  readonly stored: Uint8Array
}

/** A row of the log without its body: what `log list` shows. */
export interface LogEntry extends Omit<Observation, "body"> {
  readonly seq: number
  readonly encoding: BodyEncoding
  readonly storedBytes: number
  /** Lower-case hex of the SHA-256 of the received body. */
  readonly bodySha256: string
  /** Lower-case hex of the hash that covers this row and the one before it. */
  readonly chainSha256: string
}
