/**
 * The two tiers. At midnight UTC the live one drops what is older than its cutoff, and the historical one
 * holds it from then on. For some minutes around the boundary an item is in both.
 */
import { DAY, MINUTE, type Us } from "./instant.ts"

/**
 * The time for which the live tier keeps settled markets, at least. The exchange keeps 60 days: too many to
 * hold here.
 */
const KEPT_SETTLED: Us = DAY

/** The time behind its cutoff for which the live tier still answers. */
const TIER_OVERLAP: Us = 5 * MINUTE

/** The time behind the cutoff that the archive covers. The exchange's covers years. */
const ARCHIVE_REACH: Us = 5 * DAY

/** Returns the announced boundary: for markets by settlement, for trades by creation. */
export const cutoffUs = (at: Us): Us => Math.floor((at - KEPT_SETTLED) / DAY) * DAY

/** Returns the oldest time for which the live tier answers. */
export const liveFromUs = (at: Us): Us => cutoffUs(at) - TIER_OVERLAP

/** Returns the oldest time for which the historical tier answers. The newest is just before the cutoff. */
export const archiveFromUs = (at: Us): Us => cutoffUs(at) - ARCHIVE_REACH
