/** The seqs at which a replay can be compared with the lake. */
import { type LakeTable, lakeTables } from "../../domain/read/lake.ts"
import type { LakeState } from "../lake/records.ts"

/** The tables of the lake whose files this version has made, by their watermarks, in rising order. */
export type LakeStops = ReadonlyArray<{ readonly seq: number; readonly tables: ReadonlyArray<LakeTable> }>

/** Returns the watermarks up to `seq`. Tables of another version are left out: the next flush makes them anew. */
export const lakeStops = ({ watermarks }: LakeState, seq: number): LakeStops => {
  const current = lakeTables.flatMap((table) => {
    const mark = watermarks.get(table.table.name)
    return mark !== undefined && mark.version === table.version && mark.seq <= seq
      ? [{ table, seq: mark.seq }]
      : []
  })
  return [...new Set(current.map(({ seq }) => seq))]
    .sort((a, b) => a - b)
    .map((seq) => ({ seq, tables: current.filter((one) => one.seq === seq).map(({ table }) => table) }))
}
