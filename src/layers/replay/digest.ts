/**
 * What a projection has in its tables, in one hash over those of its tables. Replay gives every market and every text
 * the same number again, so the tables themselves are compared, not the views.
 */
import { createHash } from "node:crypto"
import { Array as Arr, Effect } from "effect"
import type { Projection } from "../../domain/read/projection.ts"
import { storedTables } from "../../domain/read/schema.ts"
import type { StoredTable } from "../../domain/read/table.ts"
import type { TableDigest } from "../../services/Replay.ts"
import type { Digest, KeyedTable, Pending, Snapshot } from "../sqlite/database/Snapshot.ts"

const keyed = ({ columns, key, name, order = key }: StoredTable): KeyedTable => ({
  name,
  columns,
  key: order
})

/** Of each projection, from those of the tables. The last of its own tables says how many rows it has. */
const digestsOf = (
  projections: ReadonlyArray<Projection>,
  found: ReadonlyMap<string, Digest>
): ReadonlyArray<TableDigest> =>
  projections.map((projection) => {
    const hasher = createHash("sha256")
    for (const { name } of storedTables([projection])) hasher.update(`${name} ${found.get(name)?.sha256}\n`)
    const counted = projection.tables.at(-1)?.name ?? ""
    return {
      table: projection.name,
      rows: found.get(counted)?.rows ?? 0,
      sha256: hasher.digest("hex")
    }
  })

/** Asks for all of them. A table is read once: nearly all projections share the numbers of markets. */
export const askDigests =
  (projections: ReadonlyArray<Projection>) =>
  (snapshot: Snapshot): Effect.Effect<Pending<ReadonlyArray<TableDigest>>> =>
    Effect.gen(function* () {
      const tables = storedTables(projections).map(keyed)
      const names = tables.map(({ name }) => name)
      const pending = yield* Effect.forEach(tables, snapshot.digest)
      return Effect.map(Effect.all(pending), (digests) =>
        digestsOf(projections, new Map(Arr.zip(names, digests)))
      )
    })
