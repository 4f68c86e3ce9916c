import { program, type ValuesOf } from "../cli/definition.ts"
import { integer, optionOr, text } from "../cli/option.ts"
import * as shared from "./shared.ts"

const options = {
  dataDir: optionOr("demo-data", {
    value: "DIR",
    about: "A folder of the demo's own, made anew",
    parse: text
  }),
  hours: optionOr("5", {
    value: "N",
    about: "How many simulated hours to record; one takes some five seconds",
    parse: integer(1, 48)
  }),
  json: shared.json
}

export type Values = ValuesOf<typeof options>

export const demo = program({
  name: "demo",
  group: "Try",
  summary: "Record a local exchange for some hours at speed, prove, export and query it",
  options,
  load: () => import("../commands/demo.ts")
})
