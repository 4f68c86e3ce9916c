/** The meaning of the columns of the log and of the records of the recorder's own work. */
import type { coverage } from "../records/table.ts"
import type { Meanings } from "./meanings.ts"

export const collectionRunsColumns: Meanings = {
  feed: "the feed",
  slot: "when it was due",
  interval: "the feed's interval in **seconds**; NULL for a single slot (`--once`)",
  started_at: "when the run started",
  finished_at: "when it ended",
  status:
    "`running`, `complete`, `failed`, `skipped` (the run before it was still going), `missed` (no recorder ran)",
  reason: "why it failed, was skipped or missed, or what a complete run lacks",
  pages: "answers recorded",
  items: "items in them",
  watermark: "time up to which the feed has recorded everything",
  failed_attempts: "requests that failed and were repeated"
}

export const backfillsColumns: Meanings = {
  slot: "when it was requested",
  spec: "the request, as JSON",
  status: "its present status",
  reason: "why it waits, or why it failed",
  attempt: "when its last attempt began",
  started_at: "when its first attempt began",
  finished_at: "when it ended",
  requests: "listings to walk",
  requests_done: "listings walked to their end",
  pages: "answers recorded",
  items: "items in them"
}

export const clockJumpsColumns: Meanings = {
  noticed_at: "when it was noticed",
  seconds:
    "how far the clock moved beyond the time that passed: forward above 0, back below; 0 if it was wrong and no jump was seen",
  clock_at: "the time of this machine's clock",
  exchange_at: "the time in the exchange's `Date`; NULL if no answer had a usable one",
  believed:
    "the time that was used: `clock`, `exchange`, or `elapsed`, the time before plus the time that has passed since",
  reason: "what was noticed, in a sentence"
}

export const coverageColumns: Meanings<typeof coverage> = {
  feed: "the feed",
  day: "UTC day of the slot, as text (`day::DATE` is a date)",
  slots_due: "slots of that day",
  complete: "slots that are complete",
  warnings: "complete slots with a reason, which names what they lack",
  failed: "slots that failed",
  skipped: "slots that were skipped",
  missed: "slots that were missed",
  running: "slots that have not ended yet",
  complete_share: "`complete` as a share of the slots that have ended",
  pages: "answers recorded",
  items: "items in them",
  failed_attempts: "requests that failed and were repeated",
  first_failure: "reason of the first failed slot of the day",
  first_warning: "reason of the first complete slot of the day that has one"
}

export const quarantineColumns: Meanings = {
  seq: "number of the answer in the log: `kalshi log show SEQ --body`",
  projection: "the projection that could not read it",
  item: "the item of the answer",
  error: "why it could not be read",
  first_seen: "when it was received",
  resolved_at: "when a later version could read it; NULL until then"
}

export const observationsColumns: Meanings = {
  seq: "number of the answer; no number is missing",
  feed: "the feed that made the request",
  slot: "the slot of the request",
  page: "position among the pages of one request",
  endpoint: "the route template, such as `GET /markets/{ticker}/orderbook`",
  request: "path and query, without the cursor",
  cursor: "the cursor that was sent",
  observed_at: "when its last byte was received",
  status: "HTTP status",
  base_url: "address of the exchange",
  encoding: "encoding of `body`: `br` (brotli) or `identity`",
  body: "the stored bytes, NULL once the row is in the archive; `kalshi log show SEQ --body` shows what was received in both cases",
  body_sha256: "SHA-256 of the bytes as received",
  chain_sha256: "SHA-256 of the row and of the `chain_sha256` before it"
}
