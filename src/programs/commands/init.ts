import * as Command from "@effect/cli/Command"
import { Effect } from "effect"
import { databasePath } from "../../layers/data-dir.ts"
import { writer } from "../compose.ts"
import { rebuildIfOutdated } from "../prepare.ts"
import * as settings from "../settings.ts"
import { result } from "../terminal/output.ts"

export const init = Command.make(
  "init",
  { dataDir: settings.dataDir, json: settings.json },
  ({ dataDir, json }) =>
    Effect.gen(function* () {
      yield* rebuildIfOutdated
      const database = databasePath(dataDir)
      yield* result(json, { dataDir, database }, [`${database} is ready. Next: kalshi collect --once`])
    }).pipe(Effect.provide(writer(dataDir, "init")))
).pipe(Command.withDescription("Makes a data directory, or brings one to this version's shape"))
