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

export const chainHash = (previous: string, row: ChainedRow): string => {
  const hasher = createHash("sha256").update(Uint8Array.of(CHAIN_VERSION))
  const field = (value: string | number | null | Uint8Array) => {
    if (value === null) return hasher.update(length(-1))
    const bytes = typeof value === "object" ? value : Buffer.from(String(value), "utf8")
    return hasher.update(length(bytes.length)).update(bytes)
  }
  field(previous)
  field(row.seq)
  field(row.feed)
  field(row.slot)
  field(row.page)
  field(row.endpoint)
  field(row.request)
  field(row.cursor)
  field(row.observed_at)
  field(row.status)
  field(row.base_url)
  field(row.encoding)
  field(row.body)
  field(row.body_sha256)
  return hasher.digest("hex")
}

/**
 * Encodes the length that is hashed before the bytes of a field, so that two fields can never be read as one. A null
 * has length -1.
 */
const length = (bytes: number): Uint8Array => {
  const prefix = Buffer.alloc(4)
  prefix.writeInt32BE(bytes)
  return prefix
}
