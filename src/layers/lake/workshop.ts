/** The tools of the work on a lake: a DuckDB, and the folder of the lake. */
import { mkdir } from "node:fs/promises"
import { Effect, type Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { type Duck, openDuck } from "../duckdb/Duck.ts"
import { lakePath } from "../files/data-dir.ts"
import { whyOf } from "../files/error-words.ts"
import { workFolder } from "../files/work-folder.ts"

/** DuckDB spills what exceeds it into a folder of the data directory. */
const MEMORY_MEGABYTES = 512

/** A value of DuckDB's results. */
export type DuckValue = bigint | boolean | number | string | null

export interface Workshop {
  readonly dataDir: string
  /** The folder `lake/`. */
  readonly lake: string
  /** A folder for DuckDB's spills and for files that are being built. It is removed at the end, or after a kill. */
  readonly scratch: string
  readonly duck: Duck<StorageFailed>
  /** Returns the rows of a statement of DuckDB. */
  readonly rows: (sql: string) => Effect.Effect<ReadonlyArray<ReadonlyArray<DuckValue>>, StorageFailed>
}

const ADVICE = "; nothing of the lake has changed"

/** Runs an operation on a file below the lake. The error message names it. */
export const onFile = <A>(path: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: call,
    catch: (error) =>
      new StorageFailed({ operation: `writing ${path}`, why: whyOf(error) + ADVICE, cause: error })
  })

export const openWorkshop = (dataDir: string): Effect.Effect<Workshop, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const lake = lakePath(dataDir)
    yield* onFile(lake, () => mkdir(lake, { recursive: true }))
    return yield* workshopBeside(dataDir, yield* workFolder("lake", dataDir))
  })

/** Opens a workshop that changes nothing in the data directory, with a folder that is given for its scratch files. */
export const workshopBeside = (
  dataDir: string,
  scratch: string
): Effect.Effect<Workshop, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const lake = lakePath(dataDir)
    const duck = yield* openDuck({
      memoryMegabytes: MEMORY_MEGABYTES,
      spillFolder: scratch,
      onError: (why) => new StorageFailed({ operation: `working on ${lake}`, why: why + ADVICE })
    })
    // Without this, DuckDB keeps all rows of a file that it rewrites in memory.
    yield* duck.run("SET preserve_insertion_order = false")
    return {
      dataDir,
      lake,
      scratch,
      duck,
      rows: (sql) =>
        duck.run(sql).pipe(
          Effect.flatMap((result) => Effect.promise(() => result.getRows())),
          Effect.map((rows) => rows as ReadonlyArray<ReadonlyArray<DuckValue>>)
        )
    }
  })
