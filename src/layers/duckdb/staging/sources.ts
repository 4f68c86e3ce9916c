/** The source of each public table. */
import { Effect } from "effect"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import { observations } from "../../../domain/read/records/table.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import type { OpenLake } from "./lake-files.ts"
import { lakeSource } from "./lake-source.ts"
import { observationSource } from "./observation-source.ts"
import { priceSource } from "./price-source.ts"
import type { TableSource } from "./table-source.ts"
import { lakeTableOf } from "./tail.ts"
import { viewSource } from "./view-source.ts"

/** Returns the source of a table's rows in SQLite. */
export const sourceOf = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  table: PublicTable
): Effect.Effect<TableSource<E>> =>
  table === priceSnapshots ? priceSource(duck, snapshot) : Effect.succeed(viewSource(duck, snapshot, table))

/**
 * Returns the source of a table's rows in the lake and, of the observations after its watermark, in SQLite; and of the
 * observations in the archive and in SQLite.
 */
export const wholeSourceOf = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  table: PublicTable,
  { archive, files, folder, watermarks }: OpenLake
): Effect.Effect<TableSource<E>> =>
  Effect.map(sourceOf(duck, snapshot, table), (source) => {
    if (table === observations) return observationSource(duck, snapshot, archive, source)
    const lakeTable = lakeTableOf(table)
    const watermark = watermarks.get(table.name)
    if (lakeTable === undefined || watermark === undefined) return source
    const own = files.filter((file) => file.table === table.name)
    return lakeSource(duck, snapshot, { lakeTable, folder, seq: watermark.seq, files: own }, source)
  })
