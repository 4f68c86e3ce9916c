/**
 * The folder of an export, and how a new export replaces an old one.
 *
 * A new export is built in a hidden folder beside the old one, which it then replaces by two renames. If the
 * program is killed before the first rename, the old export is unchanged; if it is killed between the two, the
 * old export has a hidden name, and the next export renames it back first. `export.json` lists the files that an
 * export wrote. A folder that holds any other file is refused, so that no file of the user is ever deleted.
 */
import { createHash } from "node:crypto"
import { constants, createReadStream } from "node:fs"
import {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile
} from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect, Option, Schema, type Scope } from "effect"
import { ExportFailed } from "../../../domain/errors.ts"
import { claim, claimedIn, ifAbandoned, release } from "../../files/held.ts"
import { whyOf } from "../../files/why.ts"

const MANIFEST = "export.json"
/** A folder below the hidden folder for files that are needed only while the export is built. */
export const SPILL = "spill"

const ManifestFile = Schema.Struct({
  /** The path below the folder, with `/`. */
  path: Schema.String,
  table: Schema.String,
  format: Schema.Literal("parquet", "csv"),
  bytes: Schema.Number,
  /** The SHA-256 of the file in lower-case hex. Exports of earlier versions have none. */
  sha256: Schema.optional(Schema.String)
})
export type ManifestFile = typeof ManifestFile.Type

const Manifest = Schema.parseJson(
  Schema.Struct({ writtenBy: Schema.Literal("kalshi-tape"), files: Schema.Array(ManifestFile) })
)

export interface Building {
  /** The absolute path of the export. */
  readonly path: string
  /** The hidden folder in which the new export is built. */
  readonly folder: string
  /** The hidden name of the old export between the two renames. */
  readonly old: string
  /** The files of the earlier export. */
  readonly earlier: ReadonlyArray<ManifestFile>
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false
  )

/** Returns the files below a folder, as paths with `/`. */
const filesBelow = async (folder: string): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

const manifestOf = async (folder: string): Promise<ReadonlyArray<ManifestFile>> => {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => undefined)
  if (text === undefined) return []
  const decoded = Schema.decodeUnknownOption(Manifest)(text)
  return Option.match(decoded, { onNone: () => [], onSome: ({ files }) => files })
}

/** Returns the files in a folder that no export wrote, or that have changed since. */
const foreignFiles = async (
  folder: string,
  own: ReadonlyArray<ManifestFile>
): Promise<ReadonlyArray<string>> => {
  const sizes = new Map(own.map(({ path, bytes }) => [path, bytes]))
  const foreign: Array<string> = []
  for (const path of await filesBelow(folder)) {
    if (path === MANIFEST && own.length > 0) continue
    const size = sizes.get(path)
    if (size === undefined || (await stat(join(folder, path))).size !== size) foreign.push(path)
  }
  return foreign
}

/** Removes an export, unless its folder holds a file that no export wrote. */
const removeOwn = async (folder: string): Promise<void> => {
  const own = await manifestOf(folder)
  if ((await foreignFiles(folder, own)).length === 0) await rm(folder, { recursive: true, force: true })
}

/**
 * Returns the prefix of the hidden folders beside an export: `.exports.new-1f0c…` for the one that is being
 * built, and `.exports.old-1f0c…` for the one that it replaces.
 */
const hiddenPrefix = (path: string, role: "new" | "old"): string => `.${basename(path)}.${role}-`

const oldBeside = (path: string, folder: string): string =>
  join(dirname(path), basename(folder).replace(hiddenPrefix(path, "new"), hiddenPrefix(path, "old")))

/** Undoes the first rename of an export that was killed, and removes what it had built. */
const recover = async (path: string): Promise<void> => {
  const parent = dirname(path)
  const [news, olds] = await Promise.all(
    (["new", "old"] as const).map((role) => claimedIn(parent, hiddenPrefix(path, role)))
  )
  const exports = new Set([
    ...(news ?? []),
    ...(olds ?? []).map((old) =>
      join(parent, basename(old).replace(hiddenPrefix(path, "old"), hiddenPrefix(path, "new")))
    )
  ])
  for (const folder of exports) {
    const old = oldBeside(path, folder)
    const holdsOld = await exists(old)
    // A folder that a running export works on is left alone, also between its two renames.
    await ifAbandoned(folder, async () => {
      if (holdsOld) await ((await exists(path)) ? removeOwn(old) : rename(old, path))
      await rm(folder, { recursive: true, force: true })
    }).catch((error) => {
      // A half-built folder of another user does no harm and may stay. An old export that must be put back
      // may not.
      if (holdsOld) throw error
    })
  }
}

const fail = (path: string, why: string, cause?: unknown) => new ExportFailed({ path, why, cause })

const io = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, ExportFailed> =>
  Effect.tryPromise({ try: run, catch: (error) => fail(path, whyOf(error), error) })

/** Makes the folder in which an export is built. It is removed with the scope unless `takePlace` has moved it. */
export const startBuilding = (output: string): Effect.Effect<Building, ExportFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const wanted = resolve(output)
    // Of a symbolic link, the target is replaced.
    const path = yield* io(wanted, () => realpath(wanted).catch(() => wanted))
    yield* io(path, () => mkdir(dirname(path), { recursive: true }))
    yield* io(path, () => recover(path))
    const there = yield* Effect.promise(() => exists(path))
    const earlier = there ? yield* io(path, () => manifestOf(path)) : []
    if (there) {
      const foreign = yield* io(path, () => foreignFiles(path, earlier))
      if (foreign.length > 0) {
        yield* fail(
          path,
          `the folder holds ${foreign.length === 1 ? "a file" : `${foreign.length} files`} that no export wrote (${foreign.slice(0, 3).join(", ")}). Name a new or an empty folder`
        )
      }
    }
    const { path: folder } = yield* Effect.acquireRelease(
      Effect.try({
        try: () => claim(dirname(path), hiddenPrefix(path, "new")),
        catch: (error) => fail(path, whyOf(error), error)
      }),
      (claimed) => Effect.ignoreLogged(Effect.tryPromise(() => release(claimed)))
    )
    yield* io(path, () => mkdir(folder))
    return { path, folder, old: oldBeside(path, folder), earlier }
  })

const sync = async (path: string): Promise<void> => {
  const handle = await open(path, constants.O_RDONLY)
  await handle.sync().finally(() => handle.close())
}

/** Returns the SHA-256 of a file in lower-case hex. The file is read in pieces. */
const sha256Of = async (path: string): Promise<string> => {
  const hasher = createHash("sha256")
  await pipeline(createReadStream(path), hasher)
  return hasher.digest("hex")
}

/** Describes a file of an export for the manifest, which the next export reads. */
export const describeFile = async (
  folder: string,
  file: Omit<ManifestFile, "bytes" | "sha256">
): Promise<ManifestFile> => {
  const path = join(folder, file.path)
  return { ...file, bytes: (await stat(path)).size, sha256: await sha256Of(path) }
}

/**
 * Fails if a file differs from what was written, so that damaged rows are not carried into the next export.
 */
export const checkFile = async (folder: string, { path, sha256 }: ManifestFile): Promise<void> => {
  if (sha256 === undefined || (await sha256Of(join(folder, path))) === sha256) return
  throw new Error(
    `${path} is damaged: it is not what was written there. Export its table in that format again; if prune has removed the rows, bring them back from the log first, with \`kalshi replay --restore-pruned\``
  )
}

/** Carries a file over from one folder to another. */
export const keep = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true })
  // A hard link takes no space. On a file system without hard links, the file is copied.
  await link(from, to).catch(() => copyFile(from, to))
}

/** Replaces the old export by the new one, which keeps the files of the old one that it has not written anew. */
export const takePlace = (
  { path, folder, old, earlier }: Building,
  written: ReadonlyArray<ManifestFile>
): Effect.Effect<void, ExportFailed> => {
  const replaced = new Set(written.map(({ table, format }) => `${format} ${table}`))
  const kept = earlier.filter(({ table, format }) => !replaced.has(`${format} ${table}`))
  const publish = async (): Promise<void> => {
    for (const file of kept) await checkFile(path, file)
    for (const file of kept) await keep(join(path, file.path), join(folder, file.path))
    const manifest = { writtenBy: "kalshi-tape", files: [...kept, ...written] }
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
    await rm(join(folder, SPILL), { recursive: true, force: true })
    for (const file of await filesBelow(folder)) await sync(join(folder, file))
    if ((await exists(path)) && (await readdir(path)).length === 0) await rmdir(path)
    // If another export has been written in the meantime, this one has not taken over its files, among which
    // may be the only copy of rows that prune has removed.
    if (JSON.stringify(await manifestOf(path)) !== JSON.stringify(earlier))
      throw new Error("another export has been written there meanwhile; export again")
    const replaces = await exists(path)
    if (replaces) await rename(path, old)
    try {
      await rename(folder, path)
    } catch (error) {
      if (replaces) await rename(old, path)
      throw error
    }
    await sync(dirname(path))
    if (replaces) await removeOwn(old)
  }
  // An interruption between the renames would leave no export in place.
  return Effect.uninterruptible(io(path, publish))
}
