import { program, type ValuesOf } from "../cli/definition.ts"
import * as shared from "./shared.ts"

const options = { dataDir: shared.dataDir, json: shared.json }

export type Values = ValuesOf<typeof options>

export const init = program({
  name: "init",
  group: "Keep in order",
  summary: "Make a data directory, or update one",
  description:
    "Programs that record do this by themselves. A directory of an earlier version is brought to the shape of this one.",
  options,
  examples: [{ command: "init --data-dir my-data", about: "an empty data directory" }],
  load: () => import("../commands/init.ts")
})
