import { program, type ValuesOf } from "../cli/definition.ts"
import * as shared from "./shared.ts"

const options = { dataDir: shared.dataDir, json: shared.json }

export type Values = ValuesOf<typeof options>

export const status = program({
  name: "status",
  group: "Look",
  summary: "Show what is stored, how late, what is missing",
  description:
    "Reads beside a running recorder. Slots that failed, were skipped or were missed are listed with their reason, newest first.",
  options,
  examples: [
    { command: "status --data-dir demo-data", about: "what the demo has recorded" },
    { command: "status --data-dir demo-data --json", about: "the same for a program" }
  ],
  load: () => import("../commands/status.ts")
})
