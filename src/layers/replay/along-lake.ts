/** Builds the tables of a log, and compares the lake with them on the way. */
import { join } from "node:path"
import { Effect, Layer } from "effect"
import { Projector } from "../../services/Projector.ts"
import type { OnObservations } from "../../services/Replay.ts"
import * as ProjectorLive from "../projector/Projector.ts"
import { Database } from "../sqlite/database/Database.ts"
import * as SqliteLog from "../sqlite/log/ObservationLog.ts"
import { type BuildOptions, build, type Workplace } from "./build.ts"
import type { LakeReading } from "./lake-check.ts"
import { lakeStops } from "./lake-stops.ts"
import { attachLog } from "./range-database.ts"
import type { State } from "./state.ts"

/** DuckDB takes a fifth of a second to load, so it is loaded if there is a lake. */
const loadCheck = Effect.promise(() => import("./lake-check.ts"))

/** Returns the table of the lake that a place belongs to. */
export const tableAt = (place: string): string => place.split("/")[1] ?? ""

/**
 * Builds the tables up to the checkpoint of a state, and returns, besides what `build` does, the places in the lake
 * whose rows are not those of the tables.
 */
export const buildAlong = (
  workplace: Workplace & Pick<LakeReading, "damage" | "dataDir">,
  options: Omit<BuildOptions, "upTo">,
  { checkpoint, lake }: Pick<State, "checkpoint" | "lake">,
  onObservations: OnObservations
) =>
  Effect.gen(function* () {
    const { damage, dataDir, folder, log } = workplace
    const stops = lakeStops(lake, checkpoint)
    const [first] = stops
    if (first === undefined) {
      const built = yield* build(workplace, { ...options, upTo: checkpoint }, onObservations)
      return { ...built, places: [] }
    }
    const { readLake } = yield* loadCheck
    const compare = yield* readLake({ dataDir, damage, spillFolder: join(folder, "spill") }, lake, stops)
    const built = yield* build(workplace, { ...options, upTo: first.seq }, onObservations)
    const catchUp = (to: number) =>
      Effect.flatMap(Projector, (projector) => projector.catchUp({ to, onProgress: onObservations }))
    const places = yield* Effect.gen(function* () {
      yield* attachLog(log)
      const differing: Array<string> = []
      for (const { seq, tables } of stops) {
        yield* catchUp(seq)
        differing.push(...(yield* compare(built.path, seq, tables)))
      }
      yield* catchUp(checkpoint)
      return differing
    }).pipe(
      Effect.scoped,
      Effect.provide(ProjectorLive.layer(options.projections).pipe(Layer.provide(SqliteLog.layer))),
      Effect.provideService(Database, built.database)
    )
    return { ...built, observations: checkpoint, places }
  })
