import { Effect } from "effect"
import prettyBytes from "pretty-bytes"
import * as BackupsLive from "../../layers/backup/Backups.ts"
import { Backups, type RestoreReport } from "../../services/Backups.ts"
import { VERSION } from "../cli/version.ts"
import type { Values } from "../definitions/restore.ts"
import { megabytes, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"

const lines = ({ backup, bytes, dataDir, files, head, takenAt }: RestoreReport) => [
  `${dataDir} holds the recording as it was at ${takenAt}: ${plural(head.seq, "observation")}${head.observedAt === null ? "" : ` until ${head.observedAt}`}, ${plural(files, "file")}, ${prettyBytes(bytes)}, each verified, from ${backup}`
]

export const run = ({ dataDir, json, link }: Values, backup: string) =>
  Effect.gen(function* () {
    const backups = yield* Backups
    const restored = yield* withProgress("restoring", "MB", ({ at }) =>
      backups.restore({
        backup,
        dataDir,
        link,
        onProgress: (done, of) => at(megabytes(done), megabytes(of))
      })
    )
    yield* result(json, restored, lines(restored))
  }).pipe(Effect.provide(BackupsLive.layer(VERSION)))
