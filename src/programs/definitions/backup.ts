import { program, type ValuesOf } from "../cli/definition.ts"
import { option, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  output: option({
    value: "FOLDER",
    about: "Folder of the backup, which must not exist yet",
    otherwise: "backups/ in the data directory, and there the time in UTC",
    parse: text
  })
}

export type Values = ValuesOf<typeof options>

export const backup = program({
  name: "backup",
  group: "Keep in order",
  summary: "Copy the recording, also while it goes on",
  description:
    "The copy is of one moment and verified: the database, and the files of the archive and the lake that it lists, as hard links if the folder is on the same disk. Whole or not at all. A backup is itself a data directory that can be read.",
  options,
  examples: [
    { command: "backup --data-dir demo-data", about: "into demo-data/backups" },
    { command: "backup --data-dir demo-data --output my-backup", about: "into a folder of its own" }
  ],
  load: () => import("../commands/backup.ts")
})
