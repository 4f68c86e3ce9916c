/**
 * The versions of entities: what each description said that was not that of the description before, in the order of
 * the log. The table of an entity has the newest description, in the order of sightings.
 */
import type { Declaration } from "./column.ts"
import { pageTable } from "./slots.ts"
import type { EntityTable, StoredTable } from "./table.ts"
import { alwaysShownAs } from "./view.ts"

export interface Versions {
  /** The rows: when the description was observed, of what, its seq, its digest, and what it said. */
  readonly rows: StoredTable
  /** The pages that the rows come from. Their ranges are those of `observed`. */
  readonly pages: StoredTable
}

const integer: Declaration = {
  kind: "integer",
  type: "INTEGER",
  required: true,
  constraint: "",
  idTable: undefined
}

const text: Declaration = { ...integer, kind: "text", type: "TEXT" }

/**
 * Keeps the versions of the entities of a table. Versions are stored by the time at which they were observed, in
 * microseconds since 1970, so that they append; the index leads to those of one entity. A column whose field could
 * not be read is NULL in a version.
 */
export const versioned = <Entities extends EntityTable>(
  table: Entities,
  name: string
): Entities & { readonly versions: Versions } => {
  const [key = "", ...rest] = table.columns
  const rows = `${name}_versions`
  const definitions: Readonly<Record<string, Declaration>> = {
    observed: integer,
    [key]: { ...(table.definitions[key] ?? text), constraint: "" },
    seq: integer,
    digest: text,
    ...Object.fromEntries(
      rest.map((column): [string, Declaration] => [
        column,
        { ...(table.definitions[column] ?? text), required: false, constraint: "" }
      ])
    )
  }
  return {
    ...table,
    versions: {
      rows: {
        name: rows,
        columns: Object.keys(definitions),
        key: ["observed", key, "seq"],
        definitions,
        indexes: [`${rows}_by_${key} ON ${rows} (${key}, seq)`],
        strict: false
      },
      pages: pageTable(`${name}_version_pages`)
    }
  }
}

/** The last columns of a view of versions `v`, which joins their pages as `o`. */
export const known = {
  /** When the version was first received. */
  observed_at: alwaysShownAs("time", "o.observed_at"),
  /** The number of that answer in the log, which orders the versions of an entity. */
  seq: alwaysShownAs("integer", "v.seq")
}
