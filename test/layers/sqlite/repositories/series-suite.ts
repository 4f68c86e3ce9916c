/** The contract of every SeriesRepository. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type SeriesRecord, SeriesRepository } from "../../../../src/services/SeriesRepository.ts"
import { seriesBody } from "../../../domain/read/wire/other-bodies.ts"
import { type Adapter, collect, pageSizes, seriesPage, utcTime } from "./support.ts"

const NOW = "2026-11-22T12:15:00Z"

const tickers = (series: ReadonlyArray<SeriesRecord>) => series.map(({ seriesTicker }) => seriesTicker)

/** These are not in the order of their tickers. */
const some = [
  seriesBody({ ticker: "D", category: "Sports", categories: ["Sports"] }),
  seriesBody({ ticker: "B", category: "Sports", categories: null }),
  seriesBody({ ticker: "A", category: "Politics", categories: ["Politics", "Sports"] }),
  seriesBody({ ticker: "C", category: "sports", categories: [] }),
  seriesBody({ ticker: "E", category: null, categories: ["Sport"] })
]

export const seriesSuite = (name: string, adapter: Adapter<SeriesRepository>) =>
  describe(`SeriesRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("finds a series with every field", () =>
      Effect.gen(function* () {
        const expected: SeriesRecord = {
          seriesTicker: "KXRAIN",
          title: "Rain in New York",
          category: "Climate and Weather",
          categories: '["Climate and Weather","Science"]',
          tags: '["Rain"]',
          frequency: "daily",
          feeType: "quadratic",
          feeMultiplier: 0.5,
          contractUrl: "https://example.org/contract.pdf",
          contractTermsUrl: "https://example.org/terms.pdf",
          settlementSources: '[{"name":"NWS","url":"https://weather.gov"}]',
          additionalProhibitions: '["No meteorologists."]',
          productMetadata: '{"scope":"Games"}',
          volume: 1234.5,
          lastUpdatedTs: utcTime("2026-07-06T15:36:55.418220Z"),
          exchangeIndex: 2,
          observedAt: utcTime("2026-11-22T12:15:01.234567Z")
        }
        const found = yield* (yield* SeriesRepository).byTicker("KXRAIN")
        assert.deepStrictEqual(found, Option.some(expected))
      }).pipe(over([seriesPage({ at: "2026-11-22T12:15:01.234567Z", slot: NOW }, seriesBody())]))
    )

    it.effect("keeps null and empty distinct", () =>
      Effect.gen(function* () {
        const repository = yield* SeriesRepository
        const said = Option.getOrThrow(yield* repository.byTicker("SAID"))
        assert.deepInclude(said, { title: "", tags: "[]", lastUpdatedTs: "", feeMultiplier: 0 })
        const silent = Option.getOrThrow(yield* repository.byTicker("SILENT"))
        assert.deepInclude(silent, { title: null, tags: null, lastUpdatedTs: null, feeMultiplier: null })
      }).pipe(
        over([
          seriesPage(
            { at: NOW },
            seriesBody({ ticker: "SAID", title: "", tags: [], last_updated_ts: "", fee_multiplier: 0 }),
            { ticker: "SILENT" }
          )
        ])
      )
    )

    it.effect("lists all series, and those of a category with the same case, whatever the page size", () =>
      Effect.gen(function* () {
        const repository = yield* SeriesRepository
        const lists = {
          all: (pageRows?: number) => repository.all(pageRows === undefined ? {} : { pageRows }),
          Sports: (pageRows?: number) =>
            repository.ofCategory("Sports", pageRows === undefined ? {} : { pageRows })
        }
        const expected = { all: ["A", "B", "C", "D", "E"], Sports: ["A", "B", "D"] }
        for (const list of ["all", "Sports"] as const) {
          const whole = yield* collect(lists[list]())
          assert.deepStrictEqual(tickers(whole), expected[list])
          for (const pageRows of pageSizes(whole.length)) {
            assert.deepStrictEqual(yield* collect(lists[list](pageRows)), whole, `${list} by ${pageRows}`)
          }
        }
      }).pipe(over([seriesPage({ at: NOW }, ...some)]))
    )

    it.effect("finds nothing for an unknown name, or in an empty database", () =>
      Effect.gen(function* () {
        const repository = yield* SeriesRepository
        assert.deepStrictEqual(yield* repository.byTicker("KXRAIN"), Option.none())
        assert.deepStrictEqual(yield* collect(repository.all()), [])
        assert.deepStrictEqual(yield* collect(repository.ofCategory("Sports")), [])
      }).pipe(over([]))
    )
  })
