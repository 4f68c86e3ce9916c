/**
 * The two tiers: the live one lets go at midnight UTC of what is older than its cutoff, the historical one holds
 * it from there on. Around the boundary, for some minutes, a thing is in both.
 */
import { DAY, MINUTE, type Us } from "./instant.ts"

/** The live tier keeps settled markets one to two days. The exchange keeps 60: too many to hold here. */
export const KEPT_SETTLED: Us = DAY

/** How far behind its cutoff the live tier still answers. */
const TIER_OVERLAP: Us = 5 * MINUTE

/** How far behind the cutoff the archive reaches. The exchange's reaches years. */
const ARCHIVE_REACH: Us = 5 * DAY

/** The announced boundary, for markets by settlement and for trades by creation. */
export const cutoffUs = (at: Us): Us => Math.floor((at - KEPT_SETTLED) / DAY) * DAY

/** The oldest moment the live tier answers for. */
export const liveFromUs = (at: Us): Us => cutoffUs(at) - TIER_OVERLAP

/** The oldest moment the historical tier answers for; the newest is just before the cutoff. */
export const archiveFromUs = (at: Us): Us => cutoffUs(at) - ARCHIVE_REACH
