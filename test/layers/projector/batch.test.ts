/**
 * A batch of which a table refuses a row is rolled back and written again. What the first try has cached (ids of
 * markets and texts, parts in quarantine) is not in the tables then.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Projection } from "../../../src/domain/read/projection.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import * as Batch from "../../../src/layers/projector/batch.ts"
import { noCarryOver } from "../../../src/layers/projector/carry-over.ts"
import * as Decoding from "../../../src/layers/projector/decoding/decode.ts"
import { Database } from "../../../src/layers/sqlite/database/Database.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { appendAll, logIn, readAll, scopedFolder } from "../sqlite/support.ts"
import { page } from "./observations.ts"
import { rowsOf } from "./support.ts"

/** Makes rows of prices that their table refuses, of one observation. */
const refusedAt = (seq: number): ReadonlyArray<Projection> =>
  projections.map((projection) =>
    projection.name === "price_snapshots"
      ? {
          ...projection,
          project: (reading) => {
            const { problems, rows } = projection.project(reading)
            return {
              problems,
              rows:
                reading.observation.seq !== seq
                  ? rows
                  : rows.map((one) =>
                      one.table.kind === "facts" && one.table.name === "price_rows"
                        ? { table: one.table, rows: [one.table.columns.map(() => null)] }
                        : one
                    )
            }
          }
        }
      : projection
  )

/** A page of one market with a text of its own, and with a field that cannot be read. */
const odd = (index: number) =>
  page(
    index,
    [stringsMarket({ ticker: `T${index}`, rules_primary: `rule ${index}`, floor_strike: "79.5" })],
    10 + index
  )

describe("a batch with rows that a table refuses", () => {
  for (const seq of [1, 2, 3])
    it.scoped(`keeps everything but them, if they are of its observation ${seq}`, () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        yield* Effect.gen(function* () {
          yield* appendAll([0, 1, 2].map(odd))
          const [batch, database] = [yield* readAll, yield* Database]
          const refused = refusedAt(seq)
          const decode = Decoding.make()
          const { write } = Batch.make(database, refused, noCarryOver, (one) => decode(one, refused))
          const written = yield* write(batch, Effect.void)
          assert.deepStrictEqual(
            written.map(({ quarantined }) => quarantined.length),
            [1, 2, 3].map((one) => (one === seq ? 2 : 1))
          )
        }).pipe(Effect.provide(logIn(folder)))
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT ticker, rules_primary FROM markets ORDER BY ticker"),
          [0, 1, 2].map((index) => ({ ticker: `T${index}`, rules_primary: `rule ${index}` }))
        )
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT ticker FROM price_snapshots ORDER BY ticker"),
          [0, 1, 2].flatMap((index) => (index + 1 === seq ? [] : [{ ticker: `T${index}` }]))
        )
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT seq, item FROM quarantine WHERE projection = 'markets' ORDER BY seq"),
          [0, 1, 2].map((index) => ({ seq: index + 1, item: `T${index}.floor_strike` }))
        )
      })
    )
})
