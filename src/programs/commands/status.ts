import { Effect, Layer } from "effect"
import { nowSeconds } from "../../layers/clock/now.ts"
import * as SqliteStatus from "../../layers/sqlite/status/Status.ts"
import { Status } from "../../services/Status.ts"
import { reader } from "../cli/layers.ts"
import { warnIfBehindArchive, warnIfCutShort, warnIfOutdated } from "../cli/prepare.ts"
import type { Values } from "../definitions/status.ts"
import { result } from "../terminal/output.ts"
import { screenWidth } from "../terminal/screen.ts"
import { statusLines } from "../terminal/status.ts"

export const run = ({ dataDir, json }: Values) =>
  Effect.gen(function* () {
    const report = yield* Effect.flatMap(Status, (status) => status.report)
    if (report.rebuild === null) yield* warnIfOutdated
    yield* warnIfCutShort
    yield* warnIfBehindArchive(dataDir)
    yield* result(json, report, statusLines(report, yield* nowSeconds, screenWidth()))
  }).pipe(Effect.provide(Layer.provideMerge(SqliteStatus.layer(dataDir), reader(dataDir))))
