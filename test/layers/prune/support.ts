/** The lake and `prune` over a data directory of a test. */
import { Effect, Layer } from "effect"
import { type HotTable, hotTables } from "../../../src/domain/read/retention.ts"
import * as DuckLake from "../../../src/layers/lake/Lake.ts"
import * as SqlitePruner from "../../../src/layers/prune/Pruner.ts"
import { Lake } from "../../../src/services/Lake.ts"
import { Pruner } from "../../../src/services/Pruner.ts"
import { databaseIn } from "../sqlite/support.ts"

/** Adds the new rows of the tables to the lake. */
export const flush = (dataDir: string) =>
  Effect.flatMap(Lake, (lake) => lake.flush).pipe(
    Effect.provide(DuckLake.layer(dataDir).pipe(Layer.provide(databaseIn(dataDir))))
  )

export const prune = (dataDir: string, before: number, tables: ReadonlyArray<HotTable> = hotTables) =>
  Effect.flatMap(Pruner, (pruner) => pruner.prune({ before })).pipe(
    Effect.provide(
      Layer.effect(Pruner, SqlitePruner.make(dataDir, tables)).pipe(Layer.provide(databaseIn(dataDir)))
    )
  )
