/** The source of each public table. */
import { Effect } from "effect"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { priceSource } from "./price-source.ts"
import type { TableSource } from "./table-source.ts"
import { viewSource } from "./view-source.ts"

export const sourceOf = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  table: PublicTable
): Effect.Effect<TableSource<E>> =>
  table === priceSnapshots ? priceSource(duck, snapshot) : Effect.succeed(viewSource(duck, snapshot, table))
