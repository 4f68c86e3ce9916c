/** Decodes one observation into the rows of the projections that read it. */
import { Effect } from "effect"
import type { LoggedObservation } from "../../../domain/observation.ts"
import { holdsMarkets } from "../../../domain/read/markets/projection.ts"
import { markets } from "../../../domain/read/markets/wire/market.ts"
import type { EntityRows, FactRows, Projection } from "../../../domain/read/projection.ts"
import { Reading } from "../../../domain/read/reading.ts"
import { type Era, expectedEra } from "../../../domain/read/wire/era.ts"
import { uninterpretable, type WireProblem } from "../../../domain/read/wire/shape.ts"
import { digest } from "../digest.ts"
import * as KnownMarkets from "./known-markets.ts"

/** The rows of one table. */
export interface TableRows {
  /** The name of the projection that made them. */
  readonly projection: string
  readonly rows: FactRows | EntityRows
}

export type ProjectionProblem = WireProblem & { readonly projection: string }

export interface Decoded {
  readonly seq: number
  readonly observedAt: string
  readonly tables: ReadonlyArray<TableRows>
  readonly problems: ReadonlyArray<ProjectionProblem>
  /** The era of the body's shape, if it is not the era of its date. */
  readonly surprise: Era | undefined
}

/** The HTTP statuses that a projection reads if it does not name them. */
const STATUSES = [200]

/**
 * Makes a decoder that remembers the markets of earlier listings, which saves time and changes no result.
 * Projections do not affect each other: one that throws has no rows and one problem for the observation.
 */
export const make = () => {
  const known = KnownMarkets.make()

  return (observation: LoggedObservation, projections: ReadonlyArray<Projection>): Effect.Effect<Decoded> =>
    Effect.gen(function* () {
      const { body, endpoint, observedAt, seq } = observation
      const listed = holdsMarkets(endpoint)
        ? // A failure here would fail in the projections too, which report it.
          yield* Effect.catchAllDefect(known.read(body), () => Effect.succeed(undefined))
        : undefined
      const reading = new Reading(observation, {
        digest,
        known: (kind) => (kind === markets ? listed : undefined)
      })
      const made = projections.map((projection) => project(projection, reading))
      const tables = made.flatMap(({ tables }) => tables)
      return {
        seq,
        observedAt,
        tables,
        problems: made.flatMap(({ problems }) => problems),
        surprise: tables.length > 0 && holdsMarkets(endpoint) ? surpriseIn(reading) : undefined
      }
    })
}

const project = (
  { name: projection, project, reads, statuses = STATUSES }: Projection,
  reading: Reading
): Pick<Decoded, "tables" | "problems"> => {
  const { observation } = reading
  try {
    if (!statuses.includes(observation.status) || !reads(observation)) return { tables: [], problems: [] }
    const { problems, rows } = project(reading)
    return {
      tables: rows.filter(({ rows }) => rows.length > 0).map((rows) => ({ projection, rows })),
      problems: problems.map((wrong) => ({ ...wrong, projection }))
    }
  } catch (error) {
    return { tables: [], problems: [{ ...uninterpretable(error), projection }] }
  }
}

/** Returns the era of the first market in an answer, if it differs from the era that its date suggests. */
const surpriseIn = (reading: Reading): Era | undefined => {
  try {
    const era = reading.items(markets).items[0]?.era
    return era === expectedEra(reading.observation.observedAt) ? undefined : era
  } catch {
    // The projections that read markets have reported this failure as their problem.
    return undefined
  }
}
