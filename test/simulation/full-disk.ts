/**
 * A disk on which there is no more room, and a folder that cannot be written: a program ends with an error that says
 * so, and the next one goes on when there is room again.
 */
import { mkdirSync } from "node:fs"
import { basename } from "node:path"
import { Effect } from "effect"
import { archivePath, lakePath } from "../../src/layers/files/data-dir.ts"
import { between, oneOf } from "./chance.ts"
import { asking, inOrder, type Step, stepOf } from "./step.ts"
import type { World } from "./world.ts"

/** The most free bytes that a program finds: more than some of them need, and less than others. */
const ROOM_MAX = 3_000_000

const NO_DISK: Step = { what: "no disk may be mounted here" }

const collectOnce = (world: World) => ["collect", "--once", "--feeds", "markets,trades", ...asking(world)]

/** Runs a program while the disk is full, or nearly so. */
export const fillDisk = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const { dataDir, disk } = world
    if (disk === undefined) return NO_DISK
    const room = yield* between(0, ROOM_MAX)
    const backup = `${dataDir}-backup-${yield* between(1, 1_000_000)}`
    const args = yield* oneOf([
      collectOnce(world),
      ["maintain", "--older-than", "0s", "--keep-hot", "0s"],
      ["log", "archive", "--older-than", "0s"],
      ["replay", "--workers", "1"],
      ["backup", "--output", backup]
    ])
    const run = stepOf(world, args, { codes: [0, 1], says: [/the disk is full; free some space/] })
    return yield* Effect.acquireUseRelease(
      Effect.sync(() => disk.leave(room)),
      () => inOrder(`with ${room} bytes of free space`, [run]),
      () => Effect.sync(() => disk.makeRoom())
    )
  })

/** Makes the folder of the lake or of the archive read-only. Recording goes on meanwhile. */
export const lockFolder = (world: World): Effect.Effect<Step> =>
  Effect.gen(function* () {
    const { dataDir, disk } = world
    if (disk === undefined) return NO_DISK
    const folder = yield* oneOf([lakePath(dataDir), archivePath(dataDir)])
    yield* Effect.sync(() => mkdirSync(folder, { recursive: true }))
    return yield* Effect.acquireUseRelease(
      Effect.sync(() => disk.lock(folder)),
      () =>
        inOrder(`${basename(folder)}/ is read-only`, [
          stepOf(world, ["collect", "--once", "--feeds", "markets", ...asking(world)]),
          stepOf(world, ["maintain", "--older-than", "0s", "--keep-hot", "0s"], {
            codes: [0, 1],
            says: [new RegExp(folder), /mounted read-only; name a place that may be written/]
          }),
          stepOf(world, ["status"]),
          stepOf(world, ["log", "verify"])
        ]),
      () => Effect.sync(() => disk.unlock(folder))
    )
  })
