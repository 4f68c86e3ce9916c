/**
 * Seals on the rows of `collection_runs`. The recorder seals a row each time it writes it; a row that
 * anything else has changed has no matching seal. The hash of each seal covers the seal before it, so a
 * missing seal is detected.
 */
import { hash } from "node:crypto"
import type * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { RecordsDamaged } from "../../../domain/errors.ts"
import { Database, storage } from "../database/Database.ts"

/** A row of `collection_runs` as it is stored. */
export interface RunRow {
  readonly feed: string
  readonly slot: string
  readonly interval: number | null
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly status: "running" | "complete" | "failed" | "skipped" | "missed"
  readonly reason: string | null
  readonly pages: number
  readonly items: number
  readonly watermark: string | null
  readonly failed_attempts: number
}

/**
 * The columns that a seal covers, in their order. They are not those of the table's definition, because a column that
 * the table gets later must not change the hash of the rows that are there.
 */
export const RUN_COLUMNS =
  "feed, slot, interval, started_at, finished_at, status, reason, pages, items, watermark, failed_attempts"

interface Seal {
  readonly n: number
  readonly feed: string
  readonly slot: string
  readonly row_sha256: Uint8Array
  readonly chain_sha256: Uint8Array
}

/** The newest seal, as the anchor stores it. */
export interface SealHead {
  readonly n: number
  readonly chainSha256: string
}

const BEFORE_THE_FIRST: SealHead = { n: 0, chainSha256: "0".repeat(64) }

const hex = (stored: Uint8Array): string => Buffer.from(stored).toString("hex")

/**
 * Returns the hash of a row, whose columns were read in the order of RUN_COLUMNS. JSON keeps adjacent fields
 * apart, and distinguishes null from the empty string.
 */
const rowHash = (row: RunRow): string => hash("sha256", JSON.stringify(Object.values(row)), "hex")

const nextHash = (chain: string, { feed, n, slot }: Pick<Seal, "feed" | "n" | "slot">, row: string): string =>
  hash("sha256", JSON.stringify([chain, n, feed, slot, row]), "hex")

export const sealHead = (sql: SqlClient.SqlClient) =>
  sql<Pick<Seal, "n" | "chain_sha256">>`
    SELECT n, chain_sha256 FROM collection_run_seals ORDER BY n DESC LIMIT 1
  `.pipe(
    Effect.map(([seal]) =>
      seal === undefined ? BEFORE_THE_FIRST : { n: seal.n, chainSha256: hex(seal.chain_sha256) }
    )
  )

/** Seals rows that have just been written. Call it in the transaction that wrote them. */
export const sealRows = (sql: SqlClient.SqlClient, rows: ReadonlyArray<RunRow>) =>
  Effect.gen(function* () {
    let { chainSha256, n } = yield* sealHead(sql)
    const seals = rows.map((row) => {
      const { feed, slot } = row
      const rowSha256 = rowHash(row)
      n += 1
      chainSha256 = nextHash(chainSha256, { n, feed, slot }, rowSha256)
      return [n, feed, slot, rowSha256, chainSha256]
    })
    yield* sql`
      INSERT INTO collection_run_seals (n, feed, slot, row_sha256, chain_sha256)
      SELECT value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), unhex(value ->> 4)
      FROM json_each(${JSON.stringify(seals)})
    `
  })

const ROWS_A_READ = 10_000

/**
 * Verifies the chain of seals, and returns the hash of the newest sealed row of every slot, by `feed slot`.
 */
const readSeals = (sql: SqlClient.SqlClient) =>
  Effect.gen(function* () {
    const newest = new Map<string, string>()
    let head = BEFORE_THE_FIRST
    for (;;) {
      const seals = yield* sql<Seal>`
        SELECT n, feed, slot, row_sha256, chain_sha256 FROM collection_run_seals
        WHERE n > ${head.n} ORDER BY n LIMIT ${ROWS_A_READ}
      `
      for (const seal of seals) {
        const row = hex(seal.row_sha256)
        const chainSha256 = nextHash(head.chainSha256, seal, row)
        if (seal.n !== head.n + 1 || chainSha256 !== hex(seal.chain_sha256)) {
          return yield* new RecordsDamaged({
            what: `seal ${head.n + 1} of the record of slots`,
            why: seal.n === head.n + 1 ? "it is not the one that was written" : "it is missing"
          })
        }
        head = { n: seal.n, chainSha256 }
        newest.set(`${seal.feed} ${seal.slot}`, row)
      }
      if (seals.length < ROWS_A_READ) return newest
    }
  })

/**
 * Fails at the first row of `collection_runs` that differs from what the recorder wrote. Returns the number
 * of rows.
 */
export const verifyRuns = Effect.gen(function* () {
  const { sql, transaction } = yield* Database
  const there = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'collection_run_seals'`
  // A directory of an earlier version, which no writer has opened since, has no seals.
  if (there.length === 0) return 0
  return yield* Effect.gen(function* () {
    const seals = yield* readSeals(sql)
    let rows = 0
    let last = { feed: "", slot: "" }
    for (;;) {
      const read = yield* sql<RunRow>`
        SELECT ${sql.literal(RUN_COLUMNS)} FROM collection_runs
        WHERE (feed, slot) > (${last.feed}, ${last.slot}) ORDER BY feed, slot LIMIT ${ROWS_A_READ}
      `
      for (const row of read) {
        const key = `${row.feed} ${row.slot}`
        if (seals.get(key) !== rowHash(row))
          return yield* damaged(row, seals.has(key) ? "it was changed" : "no recorder wrote it")
        seals.delete(key)
        last = row
      }
      rows += read.length
      if (read.length < ROWS_A_READ) break
    }
    const [lost] = seals.keys()
    if (lost === undefined) return rows
    const [feed = "", slot = ""] = lost.split(" ")
    return yield* damaged({ feed, slot }, "it is missing")
  }).pipe(transaction)
}).pipe(storage("reading the record of slots"))

const damaged = ({ feed, slot }: Pick<RunRow, "feed" | "slot">, why: string) =>
  new RecordsDamaged({ what: `the row of collection_runs of ${feed} at ${slot}`, why })
