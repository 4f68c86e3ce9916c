import { copyFile, link, mkdir, readdir, realpath, rename, rm, rmdir, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { Effect, type Scope } from "effect"
import { ExportFailed } from "../../../domain/errors.ts"
import { whyOf } from "../../files/error-words.ts"
import { syncPath } from "../../files/sync.ts"
import { claim, claimedIn, ifAbandoned, release } from "../../files/work-folder.ts"
import {
  checkFile,
  filesBelow,
  foreignFiles,
  type LogEnd,
  type ManifestFile,
  manifestOf,
  writeManifest
} from "./manifest.ts"

/** A folder below the hidden folder for files that are needed only while the export is built. */
export const SPILL = "spill"

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

/** Runs an operation on files. `path` is the export that the error names. */
export const io = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, ExportFailed> =>
  Effect.tryPromise({ try: run, catch: (error) => fail(path, whyOf(error), error) })

/** Makes the folder in which an export is built. It is removed with the scope unless `takePlace` has moved it. */
export const startBuilding = (output: string): Effect.Effect<Building, ExportFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const wanted = resolve(output)
    // If the path is a symbolic link, its target is replaced, and the link stays.
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

/** Carries a file over from one folder to another. */
export const keep = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true })
  // A hard link takes no space. On a file system without hard links, the file is copied.
  await link(from, to).catch(() => copyFile(from, to))
}

/** Replaces the old export by the new one, which keeps the files of the old one that it has not written anew. */
export const takePlace = (
  { path, folder, old, earlier }: Building,
  written: ReadonlyArray<ManifestFile>,
  logEnd: LogEnd | undefined
): Effect.Effect<void, ExportFailed> => {
  const replaced = new Set(written.map(({ table, format }) => `${format} ${table}`))
  const kept = earlier.filter(({ table, format }) => !replaced.has(`${format} ${table}`))
  const publish = async (): Promise<void> => {
    for (const file of kept) await checkFile(path, file)
    for (const file of kept) await keep(join(path, file.path), join(folder, file.path))
    await writeManifest(folder, [...kept, ...written], logEnd)
    await rm(join(folder, SPILL), { recursive: true, force: true })
    for (const file of await filesBelow(folder)) await syncPath(join(folder, file))
    if ((await exists(path)) && (await readdir(path)).length === 0) await rmdir(path)
    // If another export has been written in the meantime, this one has not taken over its files.
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
    await syncPath(dirname(path))
    if (replaces) await removeOwn(old)
  }
  // An interruption between the renames would leave no export in place.
  return Effect.uninterruptible(io(path, publish))
}
