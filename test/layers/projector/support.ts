/** The Projector and the Replay over a data directory of a test, and the contents of its tables. */
import { NodeContext } from "@effect/platform-node"
import type Sqlite from "better-sqlite3"
import { Effect, Layer } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import type { Projection } from "../../../src/domain/read/projection.ts"
import { projections as allProjections } from "../../../src/domain/read/projections.ts"
import * as ProjectorLive from "../../../src/layers/projector/Projector.ts"
import * as ReplayLive from "../../../src/layers/replay/Replay.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { Projector } from "../../../src/services/Projector.ts"
import { Replay } from "../../../src/services/Replay.ts"
import { logIn, raw } from "../sqlite/support.ts"

/** Log, Projector and Replay over one data directory, as a writer composes them. */
export const tablesIn = (dataDir: string, projections: ReadonlyArray<Projection> = allProjections) =>
  Layer.merge(ProjectorLive.layer(projections), ReplayLive.layer({ dataDir, projections })).pipe(
    Layer.provideMerge(logIn(dataDir)),
    Layer.provide(NodeContext.layer)
  )

export const catchUp = (to?: number) =>
  Effect.flatMap(Projector, (projector) => projector.catchUp(to === undefined ? {} : { to }))

export const outdated = Effect.flatMap(Projector, (projector) => projector.outdated)

export const rebuild = Effect.flatMap(Replay, (replay) => replay.rebuild(() => Effect.void))

export const verify = Effect.flatMap(Replay, (replay) => replay.verify(() => Effect.void))

/** Appends and brings the tables up to date. */
export const tell = (...observations: ReadonlyArray<Observation>) =>
  Effect.flatMap(ObservationLog, (log) => Effect.forEach(observations, log.append)).pipe(
    Effect.zipLeft(catchUp())
  )

export type Row = Readonly<Record<string, string | number | null>>

export const rowsOf = (dataDir: string, sql: string): ReadonlyArray<Row> =>
  raw(dataDir, (database) => database.prepare<[], Row>(sql).all())

const namesOf = (database: Sqlite.Database, type: "table" | "view") =>
  database
    .prepare<[string], string>(
      "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    .pluck()
    .all(type)

/** Records, which no replay recreates. */
const RECORDS = [
  "observations",
  "collection_runs",
  "clock_jumps",
  "coverage",
  "exchange",
  "prune_cutoffs",
  "hot_cutoffs",
  "maintenance_steps",
  "lake_tables",
  "lake_files",
  "effect_sql_migrations"
]

/** Everything that the projections made, as SQL can read it: every view and every table, row for row. */
export const everything = (dataDir: string): Readonly<Record<string, ReadonlyArray<string>>> =>
  raw(dataDir, (database) => {
    const names = [...namesOf(database, "view"), ...namesOf(database, "table")]
    const made = names.filter((name) => !RECORDS.includes(name))
    return Object.fromEntries(
      made.map((name) => [
        name,
        database
          .prepare<[], Row>(`SELECT * FROM ${name}`)
          .all()
          .map(({ resolved_at, ...row }) => JSON.stringify(row))
          .sort()
      ])
    )
  })

/** The definitions of all objects that a rebuild creates. */
export const definitions = (dataDir: string): ReadonlyArray<string> =>
  rowsOf(dataDir, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").map((row) =>
    JSON.stringify([row.type, row.name, row.tbl_name, String(row.sql).replace(/\s+/g, " ")])
  )
