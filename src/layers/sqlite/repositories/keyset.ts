/** Lists by key: each page is one statement that starts after the last row of the page before. */
import { Chunk, Effect, Option, Stream } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { Paging } from "../../../services/MarketRepository.ts"

/** A page of markets with their rules is some 2 MB at this size. */
const PAGE_ROWS = 1000
const PAGE_ROWS_MAX = 10_000

export interface Keyset<Row, Key> {
  /** A key before every row. */
  readonly first: Key
  /** Returns the rows after a key, in the order of their keys: `limit` of them unless there are no more. */
  readonly fetch: (after: Key, limit: number) => Effect.Effect<ReadonlyArray<Row>, StorageFailed>
  readonly keyOf: (row: Row) => Key
}

/** Returns all rows, page by page as they are pulled; a page that is not full is the last. */
export const paginate = <Row, Key>(
  { fetch, first, keyOf }: Keyset<Row, Key>,
  { pageRows = PAGE_ROWS }: Paging = {}
): Stream.Stream<Row, StorageFailed> => {
  // Written so that NaN, too, is brought into the range.
  const limit = pageRows >= 1 ? Math.min(Math.floor(pageRows), PAGE_ROWS_MAX) : 1
  return Stream.paginateChunkEffect(first, (after) =>
    Effect.map(fetch(after, limit), (rows) => {
      const last = rows.at(-1)
      const next = last === undefined || rows.length < limit ? Option.none() : Option.some(keyOf(last))
      return [Chunk.fromIterable(rows), next] as const
    })
  )
}
