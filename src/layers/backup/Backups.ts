/** The backups of a recording: each is a folder that is itself a data directory, with a manifest. */
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Layer } from "effect"
import { Backups } from "../../services/Backups.ts"
import { take } from "./Backup.ts"
import { restore } from "./Restore.ts"

/** `version` is the version of kalshi-tape, which the manifests name. */
export const make = (version: string) =>
  Effect.map(FileSystem.FileSystem, (files) =>
    Backups.of({
      take: (options) => Effect.provideService(take(version)(options), FileSystem.FileSystem, files),
      restore: (options) => Effect.provideService(restore(options), FileSystem.FileSystem, files)
    })
  )

export const layer = (version: string) => Layer.effect(Backups, make(version))
