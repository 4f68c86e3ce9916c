import { Effect } from "effect"
import { databasePath } from "../../layers/files/data-dir.ts"
import { writer } from "../cli/layers.ts"
import { rebuildIfOutdated } from "../cli/prepare.ts"
import type { Values } from "../definitions/init.ts"
import { result } from "../terminal/output.ts"

export const run = ({ dataDir, json }: Values) =>
  Effect.gen(function* () {
    yield* rebuildIfOutdated
    const database = databasePath(dataDir)
    yield* result(json, { dataDir, database }, [`${database} is ready. Next: kalshi collect --once`])
  }).pipe(Effect.provide(writer(dataDir, "init")))
