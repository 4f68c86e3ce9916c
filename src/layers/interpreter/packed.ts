/**
 * An answer on its way from one thread to another. Rows cross sealed, so many together, and each such parcel is
 * opened when its rows are written: what is alive at a time stays small, and is hardly ever copied by a collector.
 *
 * As JSON, not by V8's own `serialize`: that holds on to whatever has gone through it until its next collection.
 */
import type { EntityCell } from "../../domain/read/projection.ts"
import type { Interpreted, InterpretedEntities, InterpretedFacts } from "../../services/Interpreter.ts"

type Row = ReadonlyArray<EntityCell> | null

const ROWS_A_PARCEL = 100

interface PackedEntities extends Omit<InterpretedEntities, "rowAt"> {
  /** `null` for rows that are all known. */
  readonly parcels: ReadonlyArray<Uint8Array | null>
}

export interface Packed extends Omit<Interpreted, "tables"> {
  readonly tables: ReadonlyArray<InterpretedFacts | PackedEntities>
}

export const pack = ({ tables, ...rest }: Interpreted): Packed => ({
  ...rest,
  tables: tables.map((table) => (table.kind === "facts" ? table : packEntities(table)))
})

const packEntities = ({ rowAt, ...rest }: InterpretedEntities): PackedEntities => {
  const parcels: Array<Uint8Array | null> = []
  for (let from = 0; from < rest.count; from += ROWS_A_PARCEL) {
    const rows: Array<Row> = []
    for (let place = from; place < Math.min(rest.count, from + ROWS_A_PARCEL); place++)
      rows.push(rowAt(place))
    parcels.push(rows.every((row) => row === null) ? null : Buffer.from(JSON.stringify(rows)))
  }
  return { ...rest, parcels }
}

/** Places are asked for in rising order: one parcel is open at a time. */
const unpackEntities = ({ parcels, ...rest }: PackedEntities): InterpretedEntities => {
  let open: { readonly parcel: number; readonly rows: ReadonlyArray<Row> } | undefined
  return {
    ...rest,
    rowAt: (place) => {
      const parcel = Math.floor(place / ROWS_A_PARCEL)
      const sealed = parcels[parcel]
      if (sealed === undefined || sealed === null) return null
      if (open?.parcel !== parcel)
        open = {
          parcel,
          rows: JSON.parse(Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).toString())
        }
      return open.rows[place % ROWS_A_PARCEL] ?? null
    }
  }
}

export const unpack = ({ tables, ...rest }: Packed): Interpreted => ({
  ...rest,
  tables: tables.map((table) => (table.kind === "facts" ? table : unpackEntities(table)))
})

/** The memory that an answer changes hands with, instead of being copied. */
export const handedOver = ({ tables }: Packed): ReadonlyArray<ArrayBuffer> =>
  tables
    .flatMap((table): ReadonlyArray<unknown> => (table.kind === "facts" ? [table.cells] : table.parcels))
    .filter((part) => ArrayBuffer.isView(part))
    // Small parcels may share theirs.
    .filter((view) => view.byteLength === view.buffer.byteLength)
    .map((view) => view.buffer as ArrayBuffer)
