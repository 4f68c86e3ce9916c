import { program, type ValuesOf } from "../cli/definition.ts"
import { argument, flag, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  link: flag("Hard links of the archive and the lake instead of copies, if the folders are on one disk")
}

export type Values = ValuesOf<typeof options>

export const restore = program({
  name: "restore",
  group: "Keep in order",
  summary: "Make a data directory from a backup",
  description:
    "Into a directory that is empty or does not exist. Every file of the backup is compared with its hash before anything is written, and every copy after it.",
  options,
  argument: argument("BACKUP", "Folder of the backup", text),
  examples: [
    {
      command: "restore my-backup --data-dir my-restored-data",
      about: "the backup of the example of `backup`"
    }
  ],
  load: () => import("../commands/restore.ts")
})
