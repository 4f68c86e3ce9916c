/** The hash chain: each row's hash covers every column of the row and the hash of the row before it. */
import { createHash } from "node:crypto"

export interface ChainedRow {
  readonly seq: number
  readonly feed: string
  readonly slot: string
  readonly page: number
  readonly endpoint: string
  readonly request: string
  readonly cursor: string | null
  readonly observed_at: string
  readonly status: number
  readonly base_url: string
  readonly encoding: string
  readonly body: Uint8Array
  readonly body_sha256: string
}

/** The value in place of a previous hash for the first row. */
export const GENESIS = "0".repeat(64)

/** The version of the hash, hashed first, so that a later version cannot produce the same hash. */
const CHAIN_VERSION = 1

type HashedField = string | number | null | Uint8Array

/** Hashes fields in order, each behind its length. The version is hashed first. */
export const hashFields = (version: number, fields: ReadonlyArray<HashedField>): string => {
  const hasher = createHash("sha256").update(Uint8Array.of(version))
  for (const value of fields) {
    if (value === null) hasher.update(length(-1))
    else {
      const bytes = typeof value === "object" ? value : Buffer.from(String(value), "utf8")
      hasher.update(length(bytes.length)).update(bytes)
    }
  }
  return hasher.digest("hex")
}

export const chainHash = (previous: string, row: ChainedRow): string =>
  hashFields(CHAIN_VERSION, [
    previous,
    row.seq,
    row.feed,
    row.slot,
    row.page,
    row.endpoint,
    row.request,
    row.cursor,
    row.observed_at,
    row.status,
    row.base_url,
    row.encoding,
    row.body,
    row.body_sha256
  ])

/**
 * Encodes the length that is hashed before the bytes of a field, so that two fields can never be read as one. A null
 * has length -1.
 */
const length = (bytes: number): Uint8Array => {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(bytes)
  return prefix
}
