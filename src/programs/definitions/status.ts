import { program, type ValuesOf } from "../cli/definition.ts"
import * as shared from "./shared.ts"

const options = { dataDir: shared.dataDir, json: shared.json }

export type Values = ValuesOf<typeof options>

export const status = program({
  name: "status",
  group: "Look",
  summary: "Say what is stored, since when, how late, and what is missing",
  options,
  load: () => import("../commands/status.ts")
})
