/** Verifies a segment that the record does not know. It loads DuckDB, so it is imported only when there is one. */
import { Effect, Stream } from "effect"
import { LogDamaged } from "../../domain/errors.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { checkFiles } from "./files.ts"
import { openSegment } from "./reader.ts"
import { verifySegment } from "./seal.ts"
import type { ArchivedRow, SegmentRecord } from "./segment.ts"

/** Fails at the first archived row that is another one than SQLite has under its seq. */
const compareWithHot = (rows: ReadonlyArray<ArchivedRow>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const [first, last] = [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0]
    const hot = yield* sql<{ seq: number; chain_sha256: string }>`
      SELECT seq, chain_sha256 FROM observations WHERE seq BETWEEN ${first} AND ${last}
    `
    const chains = new Map(hot.map(({ chain_sha256, seq }) => [seq, chain_sha256]))
    const other = rows.find(({ chain_sha256, seq }) => (chains.get(seq) ?? chain_sha256) !== chain_sha256)
    if (other !== undefined)
      return yield* new LogDamaged({
        seq: other.seq,
        why: "the archive and kalshi.db have different observations, since kalshi.db was recorded into after the older copy was put back"
      })
  })

/**
 * Fails unless the files of a segment are those of its record, every body and every column is as it was sealed, and
 * SQLite has the same observations, where it has them.
 */
export const checkSegment = (dataDir: string, folder: string, record: SegmentRecord) =>
  Effect.gen(function* () {
    yield* checkFiles(folder, record)
    const segment = yield* openSegment(dataDir, record)
    const range = { from: record.first_seq, to: record.last_seq }
    yield* Stream.runForEach(segment.rows(range), compareWithHot)
    yield* verifySegment(dataDir, folder, record)
  }).pipe(Effect.scoped, storage("comparing the archive with the log"))
