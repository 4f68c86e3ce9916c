/** The limits of a query, which it keeps also where DuckDB does not. */
import { QueryFailed } from "../../../domain/errors.ts"
import type { QueryLimits } from "../../../services/Analytics.ts"
import { explained } from "./query-error.ts"
import { bytesIn, type Within, within } from "./within.ts"

/** Default limits of a query: its working time in seconds, its memory and its spill files in bytes. */
export const LIMITS = { timeoutSeconds: 600, memoryBytes: 1_073_741_824, spillBytes: 10_737_418_240 }

/** How long a statement that was stopped may take to stop. */
export const PATIENCE_MILLIS = 2000

/**
 * DuckDB's own limit does not count what a function holds while it makes one value, nor what the allocator has not given
 * back. The process may therefore grow by more than the limit, but not without end.
 */
const UNCOUNTED_BYTES = 536_870_912

const tooLong = (seconds: number): QueryFailed =>
  new QueryFailed({
    why: `the query was stopped after ${seconds} s of work. Ask for less, or allow more with --timeout`
  })

export const withinLimits = (
  { memoryBytes, spillBytes, timeoutSeconds }: Required<QueryLimits>,
  spillFolder: string
): Within<QueryFailed> =>
  within((used) => {
    if (used.millis > timeoutSeconds * 1000) return tooLong(timeoutSeconds)
    if (used.memoryBytes > 2 * memoryBytes + UNCOUNTED_BYTES) return explained("Out of Memory Error")
    // DuckDB's own limit does not count the blocks that it compresses, so the size of the files is measured
    // too.
    return bytesIn(spillFolder) > spillBytes ? explained("max_temp_directory_size") : undefined
  })
