/** Pieces of a segment in the memory of a reader: each from the first body that it is needed for to the last. */
import { LogDamaged } from "../../domain/errors.ts"

/** A piece with the text behind it. */
export interface LivePiece {
  readonly id: number
  /** The seq of the first body that needs it. */
  readonly firstSeq: number
  readonly bytes: Uint8Array
  /** The seq of the last body that needs it. */
  readonly lastSeq: number
}

export class LivePieces {
  /** By id, because an array is read several times as fast as a map. */
  readonly #pieces: Array<LivePiece | undefined> = []
  #seq = 0

  /** The first seq of the piece that was added last. Pieces are added in the order of their first seqs. */
  get seq(): number {
    return this.#seq
  }

  add(piece: LivePiece): void {
    this.#pieces[piece.id] = piece
    this.#seq = piece.firstSeq
  }

  /** Puts a body together, and forgets the pieces that no later body needs. */
  body(seq: number, ids: Int32Array, bodyBytes: number): Uint8Array | LogDamaged {
    const damaged = (why: string) => new LogDamaged({ seq, why: `the archive has ${why}` })
    const body = Buffer.allocUnsafe(bodyBytes)
    const done: Array<number> = []
    let at = 0
    for (const id of ids) {
      const piece = this.#pieces[id]
      if (piece === undefined) return damaged(`no piece ${id} of its body`)
      if (at + piece.bytes.length > bodyBytes) return damaged(`more than the ${bodyBytes} bytes of its body`)
      body.set(piece.bytes, at)
      at += piece.bytes.length
      if (piece.lastSeq <= seq) done.push(id)
    }
    if (at < bodyBytes) return damaged(`${at} of the ${bodyBytes} bytes of its body`)
    for (const id of done) this.#pieces[id] = undefined
    return body
  }
}
