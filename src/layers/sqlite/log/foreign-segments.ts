/** Finds what lies in the folder of the archive and is no part of the log. */
import { Effect } from "effect"
import { ArchiveForeign } from "../../../domain/errors.ts"
import { segmentName } from "../../archive/segment.ts"
import { archivePath } from "../../files/data-dir.ts"
import { namesIn } from "../../files/folder.ts"
import { Database, storage } from "../database/Database.ts"
import * as WholeLog from "./whole-log.ts"

/**
 * Fails with `ArchiveForeign` if the folder has an entry that the log does not record. A segment that is in its place
 * and not in the record yet, while the rows are still in SQLite, is only said: one is being sealed, or a killed
 * program has left it.
 */
export const refuseForeign = (dataDir: string) =>
  Effect.gen(function* () {
    const names = yield* namesIn(archivePath(dataDir))
    // The record is read after the folder, so that a segment that is sealed meanwhile is in it.
    const { sql } = yield* Database
    const log = yield* WholeLog.make(sql)
    const records = yield* log.archived.segmentsFrom(1)
    const known = new Set(records.map(segmentName))
    const next = (records.at(-1)?.last_seq ?? 0) + 1
    const { seq } = yield* log.head
    // A folder that is being built has a name that begins with a dot.
    const others = names.filter((name) => !known.has(name) && !name.startsWith("."))
    const isPending = (name: string) => {
      const [, first, last] = /^(\d+)-(\d+)$/.exec(name) ?? []
      return Number(first) === next && Number(last) <= seq
    }
    for (const name of others.filter(isPending))
      yield* Effect.logWarning(
        `archive/${name} is not in the record yet: it is being sealed, or was left by a killed program, and is sealed anew by the next \`kalshi log archive\``
      )
    const foreign = others.filter((name) => !isPending(name))
    if (foreign.length > 0) return yield* new ArchiveForeign({ folder: archivePath(dataDir), names: foreign })
  }).pipe(storage("reading the record of segments"))
