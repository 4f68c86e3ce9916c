import { Effect, Layer } from "effect"
import { nowSeconds } from "../../layers/now.ts"
import * as SqliteStatus from "../../layers/sqlite/Status.ts"
import { Status } from "../../services/Status.ts"
import { reader } from "../compose.ts"
import type { Values } from "../definitions/status.ts"
import { warnIfCutShort, warnIfOutdated } from "../prepare.ts"
import { result } from "../terminal/output.ts"
import { screenWidth } from "../terminal/screen.ts"
import { statusLines } from "../terminal/status.ts"

export const run = ({ dataDir, json }: Values) =>
  Effect.gen(function* () {
    yield* warnIfOutdated
    yield* warnIfCutShort
    const report = yield* Effect.flatMap(Status, (status) => status.report)
    yield* result(json, report, statusLines(report, yield* nowSeconds, screenWidth()))
  }).pipe(Effect.provide(Layer.provideMerge(SqliteStatus.layer(dataDir), reader(dataDir))))
