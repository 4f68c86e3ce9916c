import { join } from "node:path"
import { Effect } from "effect"
import prettyBytes from "pretty-bytes"
import * as BackupsLive from "../../layers/backup/Backups.ts"
import { now } from "../../layers/clock/now.ts"
import { backupsPath } from "../../layers/files/data-dir.ts"
import { type BackupReport, Backups } from "../../services/Backups.ts"
import { VERSION } from "../cli/version.ts"
import type { Values } from "../definitions/backup.ts"
import { megabytes, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

/** Returns the name of a backup: a time without colons, which some disks and programs do not take in names. */
const nameAt = (time: string): string => `${time.slice(0, 19).replace(/[-:]/g, "")}Z`

const lines = ({ bytes, elapsedMillis, files, head, linkedBytes, path }: BackupReport) => [
  `${plural(head.seq, "observation")}${head.observedAt === null ? "" : ` until ${head.observedAt}`}, verified`,
  `${plural(files, "file")}, ${prettyBytes(bytes)}${linkedBytes === 0 ? "" : ` (${prettyBytes(linkedBytes)} of them linked)`} in ${(elapsedMillis / 1000).toFixed(1)} s: ${path}`
]

export const run = ({ dataDir, json, output }: Values) =>
  Effect.gen(function* () {
    const backups = yield* Backups
    const folder = output ?? join(backupsPath(dataDir), nameAt(yield* now))
    const taken = yield* withProgress("backing up", "MB", ({ at }) =>
      backups.take({
        dataDir,
        output: folder,
        onProgress: (done, of) => at(megabytes(done), megabytes(of))
      })
    )
    yield* result(json, taken, lines(taken))
  }).pipe(Effect.provide(BackupsLive.layer(VERSION)))
