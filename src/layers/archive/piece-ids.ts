/** Numbers the distinct pieces of a segment, from 1 in the order of their first use. */
import { hash } from "node:crypto"

export interface PieceIds {
  /** Returns the id of a piece, and whether it is used for the first time. The piece is needed at `seq` from now on. */
  readonly use: (bytes: Uint8Array, seq: number) => { readonly id: number; readonly fresh: boolean }
  readonly count: () => number
  /** Returns the seqs of the last uses, in the order of ids from 1. */
  readonly lastSeqs: () => ReadonlyArray<number>
}

export const makePieceIds = (): PieceIds => {
  // A hash stands for a piece, so that the pieces themselves need not be kept. Every body is compared with its own
  // hash before the log loses it.
  const ids = new Map<string, number>()
  const lastSeqs: Array<number> = []
  return {
    use: (bytes, seq) => {
      const digest = hash("sha256", bytes, "binary")
      const known = ids.get(digest)
      if (known !== undefined) {
        lastSeqs[known - 1] = seq
        return { id: known, fresh: false }
      }
      const id = lastSeqs.push(seq)
      ids.set(digest, id)
      return { id, fresh: true }
    },
    count: () => lastSeqs.length,
    lastSeqs: () => lastSeqs
  }
}
