/**
 * The anchor: the ends of the log and of the record of slots (`collection_runs`), kept in `anchor.json`
 * beside the database and synced to the disk after each slot. A chain of hashes cannot show that its last
 * links are missing, as happens when the write-ahead log is cut or deleted, or when an older copy of the
 * database is put back; the anchor shows it. The anchor may lag behind the database. It never runs ahead of
 * it, since it names only what was on the disk before.
 */
import { open, readFile, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { Effect, Option, Schema } from "effect"
import { LogCutShort, StorageFailed } from "../../../domain/errors.ts"
import { now } from "../../clock/now.ts"
import { anchorPath } from "../../files/data-dir.ts"
import { whyOf } from "../../files/error-words.ts"
import { syncPath } from "../../files/sync.ts"
import { Database, storage } from "../database/Database.ts"
import { sealHead } from "../records/run-seals.ts"
import { GENESIS } from "./chain.ts"
import * as WholeLog from "./whole-log.ts"

/** Observations or rows of `collection_runs` that were anchored and are now missing. */
const Loss = Schema.Struct({
  /**
   * The first seq whose observation is not the one that was recorded; `null` if only rows of
   * `collection_runs` are missing.
   */
  from: Schema.NullOr(Schema.Int),
  /** The last seq that was anchored. */
  to: Schema.Int,
  anchoredAt: Schema.String,
  noticedAt: Schema.String
})
type Loss = typeof Loss.Type

const Anchor = Schema.Struct({
  seq: Schema.Int,
  chainSha256: Schema.String,
  runSeals: Schema.Int,
  runSealsSha256: Schema.String,
  anchoredAt: Schema.String,
  /** Losses that a writer has noticed when it opened the database, before it went on recording. */
  losses: Schema.Array(Loss)
})
type Anchor = typeof Anchor.Type

const json = Schema.parseJson(Anchor, { space: 2 })

/** Returns the data directory of the open database, or nothing if the database is in memory. */
const dataDirectory = Effect.gen(function* () {
  const { sql } = yield* Database
  const [main] = yield* sql<{ file: string }>`SELECT file FROM pragma_database_list WHERE name = 'main'`
  return Option.map(
    Option.filter(Option.fromNullable(main?.file), (file) => file !== ""),
    dirname
  )
})

const absent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT"

const read = (dataDir: string): Effect.Effect<Option.Option<Anchor>, StorageFailed> => {
  const file = anchorPath(dataDir)
  const failed = (why: string, cause: unknown) =>
    new StorageFailed({ operation: `reading ${file}`, why, cause })
  return Effect.gen(function* () {
    const text = yield* Effect.tryPromise({
      try: () => readFile(file, "utf8").catch((error) => (absent(error) ? undefined : Promise.reject(error))),
      catch: (error) => failed(whyOf(error), error)
    })
    if (text === undefined) return Option.none()
    return yield* Schema.decode(json)(text).pipe(
      Effect.asSome,
      Effect.mapError((error) =>
        failed(
          "it is damaged, so nothing says where the log should end. Delete it to go on without it",
          error
        )
      )
    )
  })
}

const replace = async (dataDir: string, text: string): Promise<void> => {
  const file = anchorPath(dataDir)
  // The temporary file always has the same name, so that a file left by a killed writer is overwritten. Only
  // the holder of the writer's lock writes it.
  const fresh = `${file}.new`
  try {
    const handle = await open(fresh, "w")
    await handle
      .writeFile(text)
      .then(() => handle.sync())
      .finally(() => handle.close())
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
  await syncPath(dataDir)
}

/** The log of the open database. */
const wholeLog = Effect.flatMap(Database, ({ sql }) => WholeLog.make(sql))

const logEnd = Effect.gen(function* () {
  const { sql } = yield* Database
  // The table may be missing too, if it was still in a write-ahead log that has been lost.
  const tables = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'observations'`
  return tables.length === 0
    ? { seq: 0, chainSha256: GENESIS }
    : yield* Effect.flatMap(wholeLog, ({ head }) => head)
})

/** Reads the current ends of the log and of the record of slots. */
const ends = Effect.gen(function* () {
  const seals = yield* Effect.flatMap(Database, ({ sql }) => sealHead(sql))
  return { ...(yield* logEnd), runSeals: seals.n, runSealsSha256: seals.chainSha256 }
})

const write = (dataDir: string, losses: (known: ReadonlyArray<Loss>) => ReadonlyArray<Loss>) =>
  Effect.gen(function* () {
    const { anchoring } = yield* Database
    yield* writeAlone(dataDir, losses).pipe(anchoring.withPermits(1))
  }).pipe(storage("writing the anchor"))

const writeAlone = (dataDir: string, losses: (known: ReadonlyArray<Loss>) => ReadonlyArray<Loss>) =>
  Effect.gen(function* () {
    const known = Option.match(yield* read(dataDir), { onNone: () => [], onSome: ({ losses }) => losses })
    const anchoredAt = yield* now
    const text = yield* Schema.encode(json)({ ...(yield* ends), anchoredAt, losses: losses(known) }).pipe(
      Effect.mapError(
        (error) => new StorageFailed({ operation: "writing the anchor", why: error.message, cause: error })
      )
    )
    yield* Effect.tryPromise({
      try: () => replace(dataDir, `${text}\n`),
      catch: (error) =>
        new StorageFailed({ operation: `writing ${anchorPath(dataDir)}`, why: whyOf(error), cause: error })
    })
  })

/**
 * Writes the present ends of the log and of the record of slots into the anchor. If that fails, it logs a
 * warning, and recording goes on.
 */
export const dropAnchor = Effect.gen(function* () {
  const dataDir = yield* dataDirectory
  if (Option.isSome(dataDir)) yield* write(dataDir.value, (known) => known)
}).pipe(Effect.catchAll((error) => Effect.logWarning(`${error.message}; recording goes on`)))

/**
 * Compares the database with the anchor: whether the anchored observation and the anchored seal are still
 * there.
 */
const missing = (anchor: Anchor) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const { seq } = yield* logEnd
    const chain =
      seq === 0
        ? Option.none<string>()
        : yield* Effect.flatMap(wholeLog, ({ chainAt }) => chainAt(anchor.seq)).pipe(
            Effect.catchTag(
              "LogDamaged",
              (cause) => new StorageFailed({ operation: "reading the archive", why: cause.message, cause })
            )
          )
    const seals = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'collection_run_seals'`
    const [seal] =
      seals.length === 0
        ? []
        : yield* sql<{ chain_sha256: Uint8Array }>`
            SELECT chain_sha256 FROM collection_run_seals WHERE n = ${anchor.runSeals}
          `
    const logHolds = anchor.seq === 0 || Option.contains(chain, anchor.chainSha256)
    const runsHold =
      anchor.runSeals === 0 ||
      (seal !== undefined && Buffer.from(seal.chain_sha256).toString("hex") === anchor.runSealsSha256)
    return { seq, logHolds, runsHold }
  })

const wordsOf = (anchor: Anchor, found: { readonly seq: number; readonly logHolds: boolean }): string => {
  const { anchoredAt, seq } = anchor
  if (found.logHolds)
    return `the record of slots is shorter than it was at ${anchoredAt}: rows of collection_runs are missing`
  if (found.seq < seq) {
    const lost = seq - found.seq
    return `the log ends at seq ${found.seq}, the anchor of ${anchoredAt} says ${seq}: ${lost === 1 ? "the last observation is" : `the last ${lost} observations are`} missing`
  }
  return `seq ${seq} is not the observation that was anchored at ${anchoredAt}: the log has been rewritten`
}

const lossWords = ({ anchoredAt, from, noticedAt, to }: Loss): string =>
  from === null
    ? `rows of collection_runs from before ${anchoredAt} were missing at ${noticedAt}`
    : `the observations that were recorded as seq ${from} to ${to} until ${anchoredAt} were missing at ${noticedAt}, and what stands there now came later`

/**
 * Fails if the log or the record of slots is shorter than the anchor says, or was rewritten, or has lost its
 * end before. The anchor is read before the database, which may only grow in the meantime.
 */
export const checkAnchor = Effect.gen(function* () {
  const dataDir = yield* dataDirectory
  const anchor = Option.isNone(dataDir) ? Option.none() : yield* read(dataDir.value)
  if (Option.isNone(dataDir) || Option.isNone(anchor)) return
  const found = yield* missing(anchor.value)
  const words = [
    ...(found.logHolds && found.runsHold ? [] : [wordsOf(anchor.value, found)]),
    ...anchor.value.losses.map(lossWords)
  ]
  if (words.length > 0)
    return yield* new LogCutShort({ anchor: anchorPath(dataDir.value), why: words.join("; ") })
}).pipe(storage("comparing the log with its anchor"))

/**
 * Reads the anchor. An anchor that cannot be read is renamed to `anchor.json.damaged`, so that a new one can
 * be written and people can inspect the old one.
 */
const readOrPutAside = (dataDir: string) =>
  Effect.catchAll(read(dataDir), ({ message }) =>
    Effect.tryPromise({
      try: () => rename(anchorPath(dataDir), `${anchorPath(dataDir)}.damaged`),
      catch: (error) =>
        new StorageFailed({
          operation: `putting ${anchorPath(dataDir)} aside`,
          why: whyOf(error),
          cause: error
        })
    }).pipe(
      Effect.zipRight(Effect.logError(`${message}: it was put aside as anchor.json.damaged`)),
      Effect.zipRight(Effect.succeedNone)
    )
  )

/**
 * Compares the database with its anchor when a writer has opened it. Logs an error if something is missing,
 * and adds the loss to the anchor.
 */
export const recoverAnchor = Effect.gen(function* () {
  const dataDir = yield* dataDirectory
  const anchor = Option.isNone(dataDir) ? Option.none() : yield* readOrPutAside(dataDir.value)
  if (Option.isNone(dataDir) || Option.isNone(anchor)) return
  const found = yield* missing(anchor.value)
  if (found.logHolds && found.runsHold) return
  const { anchoredAt, seq } = anchor.value
  const noticedAt = yield* now
  const from = found.logHolds ? null : Math.min(found.seq + 1, seq)
  yield* write(dataDir.value, (known) => [...known, { from, to: seq, anchoredAt, noticedAt }])
  const { message } = new LogCutShort({
    anchor: anchorPath(dataDir.value),
    why: wordsOf(anchor.value, found)
  })
  yield* Effect.logError(`${message} Recording goes on behind what is there.`)
}).pipe(
  storage("comparing the log with its anchor"),
  Effect.catchAll((error) => Effect.logError(error.message))
)
