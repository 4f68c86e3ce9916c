/** The part of the log that the tables of a snapshot follow from. */
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { Snapshot } from "../sqlite/database/Snapshot.ts"
import type { LogEnd } from "./export/manifest.ts"

const HOT = "SELECT chain_sha256 FROM observations WHERE seq = ?"
const ARCHIVED = "SELECT chain_sha256 FROM archive_segments WHERE last_seq = ?"

const chainAt = (snapshot: Snapshot, seq: number) =>
  Effect.gen(function* () {
    const hot = yield* snapshot.query(HOT, [seq])
    const [[isArchived] = []] = yield* snapshot.query(
      "SELECT count(*) FROM sqlite_schema WHERE name = 'archive_segments'"
    )
    const [[chain = null] = []] =
      hot.length > 0 || isArchived === 0 ? hot : yield* snapshot.query(ARCHIVED, [seq])
    return chain
  })

/** Returns the end of the log that all tables have been read up to, or none of an empty log. */
export const logEndIn = (snapshot: Snapshot): Effect.Effect<LogEnd | undefined, StorageFailed> =>
  Effect.gen(function* () {
    const [[seq = null] = []] = yield* snapshot.query("SELECT min(seq) FROM projection_checkpoints")
    if (seq === null || seq === 0) return undefined
    const chain = yield* chainAt(snapshot, Number(seq))
    return {
      firstSeq: 1,
      lastSeq: Number(seq),
      ...(chain === null ? {} : { chainSha256: String(chain) })
    }
  })
