/**
 * Files of a recording that others delete, cut or change. Recording goes on; what reads the file says its name and what
 * to do; and doing that mends it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { analyticsPath, archivePath, databasePath, lakePath } from "../../src/layers/files/data-dir.ts"
import { anyOf, between, type Chance, oneOf } from "./chance.ts"
import { asking, inOrder, type Step, stepOf } from "./step.ts"
import type { World } from "./world.ts"

const escaped = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))

const lakeFiles = (dataDir: string): ReadonlyArray<string> => {
  const database = new Sqlite(databasePath(dataDir), { readonly: true })
  try {
    const paths = database.prepare<[], string>("SELECT path FROM lake_files WHERE retired_at IS NULL").pluck()
    return paths.all().map((path) => join(lakePath(dataDir), path))
  } finally {
    database.close()
  }
}

const segmentFiles = (dataDir: string): ReadonlyArray<string> =>
  existsSync(archivePath(dataDir))
    ? readdirSync(archivePath(dataDir), { encoding: "utf8", recursive: true })
        // A killed program may have left a folder whose name begins with a dot.
        .filter((name) => /^\d.*\.(parquet|json)$/.test(name))
        .map((name) => join(archivePath(dataDir), name))
    : []

/** Deletes a file, cuts it, or changes a byte of it. Returns what it has done. */
const harm = (path: string): Chance<string> =>
  Effect.gen(function* () {
    const bytes = readFileSync(path)
    const kind = yield* oneOf(["delete", "cut", "change"])
    const at = yield* between(0, Math.max(0, bytes.length - 1))
    yield* Effect.sync(() => {
      if (kind === "delete") rmSync(path)
      else if (kind === "cut") writeFileSync(path, bytes.subarray(0, at))
      else {
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        writeFileSync(path, bytes)
      }
    })
    return kind === "delete" ? `delete ${path}` : `${kind} ${path} at byte ${at}`
  })

const collectOnce = (world: World) =>
  stepOf(world, ["collect", "--once", "--feeds", "markets,exchange", ...asking(world)])

const WHAT_TO_DO = /from a backup|kalshi replay/

const backupOf = (world: World) => {
  const output = `${world.dataDir}-damaged-backup`
  return { output, args: ["backup", "--output", output] }
}

/** A program that compares every file with its hash must fail, and name this one. */
const named = (world: World, path: string) => {
  const { args, output } = backupOf(world)
  const says = [escaped(basename(path)), WHAT_TO_DO]
  return Effect.map(stepOf(world, args, { codes: [1], says }), (step) => {
    rmSync(output, { recursive: true, force: true })
    return step
  })
}

const putBack = (path: string, bytes: Uint8Array): Effect.Effect<Step> =>
  Effect.sync(() => {
    writeFileSync(path, bytes)
    return { what: "put it back" }
  })

const damageLake = (world: World, path: string): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const bytes = readFileSync(path)
    const done = yield* harm(path)
    // A changed byte may be one that nothing reads, and rows that say something else have the name of their table. The
    // files of whole tables are not compared.
    const isSurelyFound = !done.startsWith("change") && !basename(path).startsWith("whole-")
    const found = stepOf(world, ["replay", "--verify", "--workers", "1"], {
      codes: isSurelyFound ? [1] : [0, 1],
      says: [new RegExp(`${escaped(basename(path)).source}|differ`), WHAT_TO_DO]
    })
    const mend = yield* oneOf([
      [putBack(path, bytes)],
      [stepOf(world, ["replay", "--workers", "1"]), stepOf(world, ["maintain", "--steps", "flush,compact"])]
    ])
    return yield* inOrder(done, [named(world, path), found, collectOnce(world), ...mend])
  })

const damageArchive = (world: World, path: string): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const bytes = readFileSync(path)
    const done = yield* harm(path)
    const segment = escaped(basename(join(path, "..")))
    return yield* inOrder(done, [
      stepOf(world, ["log", "verify"], { codes: [1], says: [segment, WHAT_TO_DO] }),
      collectOnce(world),
      putBack(path, bytes)
    ])
  })

/** The views are no part of the recording: whatever becomes of them, the next flush writes them. */
const damageViews = (world: World, path: string): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const done = yield* harm(path)
    return yield* inOrder(done, [
      stepOf(world, ["query", "SELECT count(*) FROM markets"]),
      collectOnce(world),
      stepOf(world, ["maintain", "--steps", "flush"])
    ])
  })

/** Damages a file of the recording. Where there is none yet, it lets maintenance make some. */
export const damage = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const { dataDir } = world
    if (!existsSync(analyticsPath(dataDir)) || segmentFiles(dataDir).length === 0) {
      const made = yield* stepOf(world, ["maintain", "--older-than", "0s"])
      if (made.wrong !== undefined) return made
    }
    const which = yield* oneOf(["lake", "lake", "archive", "archive", "views"])
    const path = yield* anyOf(which === "lake" ? lakeFiles(dataDir) : segmentFiles(dataDir))
    if (path === undefined || which === "views") return yield* damageViews(world, analyticsPath(dataDir))
    return yield* which === "lake" ? damageLake(world, path) : damageArchive(world, path)
  })
