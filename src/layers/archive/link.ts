/**
 * The links of the archive: a chain of hashes over the columns of archived observations. The chain of the log covers
 * the stored bytes of a body, which the archive does not have; a link covers the hash of the body as it was received,
 * and the row's hash in the chain of the log.
 */
import { hashFields } from "../sqlite/log/chain.ts"
import type { ArchivedRow } from "./segment.ts"

/** The version of the link, hashed first. The chain of the log has 1, so that no link is a hash of that chain. */
const LINK_VERSION = 129

export type LinkedRow = Omit<ArchivedRow, "link_sha256">

export const linkHash = (previous: string, row: LinkedRow): string =>
  hashFields(LINK_VERSION, [
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
    row.body_sha256,
    row.chain_sha256,
    row.body_bytes,
    row.stored_bytes
  ])
