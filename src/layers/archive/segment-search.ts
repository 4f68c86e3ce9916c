/** Searches the rows of segments with DuckDB. It loads DuckDB, so the log imports it only when there is an archive. */
import { join } from "node:path"
import type { DuckDBValue } from "@duckdb/node-api"
import { Effect } from "effect"
import { type LogDamaged, StorageFailed } from "../../domain/errors.ts"
import { openDuck } from "../duckdb/Duck.ts"
import { workFolder, workParent } from "../files/work-folder.ts"
import { checkSizes, OBSERVATIONS_FILE, quotedPath, segmentFolder } from "./files.ts"
import type { SegmentRecord } from "./segment.ts"

const MEMORY_MEGABYTES = 128

/**
 * Runs a statement over the rows of segments, without their bodies. `sqlOf` makes it from the name of the table. A
 * segment with a missing file fails with `LogDamaged`.
 */
export const searchSegments = (
  dataDir: string,
  records: ReadonlyArray<SegmentRecord>,
  sqlOf: (table: string) => string,
  values: ReadonlyArray<string | number>
): Effect.Effect<ReadonlyArray<ReadonlyArray<DuckDBValue>>, StorageFailed | LogDamaged> =>
  Effect.gen(function* () {
    yield* Effect.forEach(records, (record) => checkSizes(segmentFolder(dataDir, record), record), {
      discard: true
    })
    const spillFolder = yield* workFolder("archive", yield* workParent(dataDir))
    const duck = yield* openDuck({
      memoryMegabytes: MEMORY_MEGABYTES,
      spillFolder,
      onError: (why) => new StorageFailed({ operation: "searching the archive", why })
    })
    const files = records.map((record) => quotedPath(join(segmentFolder(dataDir, record), OBSERVATIONS_FILE)))
    const found = yield* duck.call(() =>
      duck.connection.runAndReadAll(sqlOf(`read_parquet([${files.join(", ")}])`), [...values])
    )
    return found.getRows()
  }).pipe(Effect.scoped)
