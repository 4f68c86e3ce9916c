/** What must hold after operations were killed, and after they have ended. */
import { existsSync, readdirSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { archivePath, databasePath, lakePath } from "../../src/layers/files/data-dir.ts"
import { type Checking, folders, type Known, type Operation } from "./operations.ts"
import { contents, differences, logOnlyGrows } from "./rules.ts"
import type { World } from "./world.ts"

export const remove = (folder: string) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))

const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

/** The files of a killed operation that are still there, although the same operation has ended since. */
export const leftovers = ({ dataDir }: World): Checking =>
  Effect.sync(() => {
    const hidden = [dataDir, archivePath(dataDir), dirname(dataDir)].flatMap((folder) =>
      namesIn(folder)
        .filter((name) => name.startsWith("."))
        .map((name) => join(basename(folder), name))
    )
    const database = new Sqlite(databasePath(dataDir), { readonly: true })
    try {
      const listed = new Set(
        database.prepare("SELECT path FROM lake_files WHERE removed_at IS NULL").pluck().all()
      )
      const onDisk = existsSync(lakePath(dataDir))
        ? readdirSync(lakePath(dataDir), { encoding: "utf8", recursive: true })
        : []
      const files = onDisk.filter((name) => name.includes(".parquet") && !name.startsWith("unlisted"))
      const lost = [...listed].filter((path) => !files.includes(String(path)))
      const left = [...hidden, ...files.filter((name) => !listed.has(name))]
      return [...left.map((name) => `${name} was left`), ...lost.map((path) => `${path} is lost`)]
    } finally {
      database.close()
    }
  })

/** Checks that the answers over a directory are those of the last whole slot, row for row. */
const saysTheSame = (known: Known, dataDir: string): Checking =>
  Effect.map(contents(dataDir), ({ rows, wrong }) =>
    [...wrong, ...(wrong.length > 0 ? [] : differences(rows, known.contents))].map(
      (words) => `${dataDir}: ${words}`
    )
  )

/** Checks that a directory has the log, hash for hash. */
const hasTheLog = (world: World, known: Known, dataDir: string): Checking =>
  Effect.gen(function* () {
    const there: World = {
      ...world,
      program: (args, options) => world.program(args, { dataDir, ...options })
    }
    const before = known.entries.length
    const wrong = yield* logOnlyGrows(there, known)
    const more = known.entries.length - before
    return more === 0 ? wrong : [...wrong, `${more} observations were added to ${dataDir}`]
  })

/** Checks a copy that an operation has made. It is whole, or not there. */
export const isWholeOrAbsent = (world: World, known: Known, folder: string): Checking =>
  existsSync(databasePath(folder))
    ? Effect.zipWith(saysTheSame(known, folder), hasTheLog(world, known, folder), (contents, log) => [
        ...contents,
        ...log
      ])
    : Effect.succeed([])

/** Checks a copy that a killed operation has made, and removes it. */
export const checkCopy = (world: World, known: Known, operation: Operation): Checking => {
  const { killedBackup, restored } = folders(world)
  const copy = operation === "backup" ? killedBackup : operation === "restore" ? restored : undefined
  return copy === undefined || !existsSync(databasePath(copy))
    ? Effect.succeed([])
    : Effect.zipLeft(isWholeOrAbsent(world, known, copy), remove(copy))
}

/** Checks what killed operations have left in the recording. */
export const checkKilled = (world: World, known: Known, operation: Operation): Checking => {
  switch (operation) {
    case "collect":
      return logOnlyGrows(world, known)
    case "archive":
      return hasTheLog(world, known, world.dataDir)
    case "backup":
    case "restore":
      return Effect.succeed([])
    default:
      return saysTheSame(known, world.dataDir)
  }
}
