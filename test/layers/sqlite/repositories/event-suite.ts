/** The contract of every EventRepository. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type EventRecord, EventRepository } from "../../../../src/services/EventRepository.ts"
import { eventBody } from "../../../domain/read/wire/bodies.ts"
import { type Adapter, collect, eventPage, pageSizes, utcTime } from "./support.ts"

const NOW = "2026-11-22T12:15:00Z"

const tickers = (events: ReadonlyArray<EventRecord>) => events.map(({ eventTicker }) => eventTicker)

/** These are not in the order of their tickers. */
const ofSeries = (series_ticker: string, ...events: ReadonlyArray<string>) =>
  events.map((event_ticker) => eventBody({ event_ticker, series_ticker }))

export const eventSuite = (name: string, adapter: Adapter<EventRepository>) =>
  describe(`EventRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    it.effect("finds an event with every field", () =>
      Effect.gen(function* () {
        const expected: EventRecord = {
          eventTicker: "KXRAIN-26NOV22",
          seriesTicker: "KXRAIN",
          title: "How much will it rain?",
          subTitle: "On Nov 22, 2026",
          category: "Climate and Weather",
          mutuallyExclusive: true,
          collateralReturnType: "MECNET",
          strikeDate: utcTime("2026-11-22T15:00:00.000000Z"),
          strikePeriod: "day",
          lastUpdatedTs: utcTime("2026-11-20T15:00:00.500000Z"),
          exchangeIndex: 2,
          settlementSources: '[{"name":"NOAA","url":"https://noaa.gov"}]',
          productMetadata: '{"competition":"Rain","competition_scope":"Game"}',
          feeTypeOverride: "flat",
          feeMultiplierOverride: 0.25,
          observedAt: utcTime("2026-11-22T12:15:01.234567Z")
        }
        const found = yield* (yield* EventRepository).byTicker("KXRAIN-26NOV22")
        assert.deepStrictEqual(found, Option.some(expected))
      }).pipe(over([eventPage({ at: "2026-11-22T12:15:01.234567Z", slot: NOW }, eventBody())]))
    )

    it.effect("keeps null, empty, zero and false distinct", () =>
      Effect.gen(function* () {
        const repository = yield* EventRepository
        const said = Option.getOrThrow(yield* repository.byTicker("SAID"))
        assert.deepInclude(said, { title: "", strikeDate: "", mutuallyExclusive: false, exchangeIndex: 0 })
        const silent = Option.getOrThrow(yield* repository.byTicker("SILENT"))
        assert.deepInclude(silent, { seriesTicker: null, strikeDate: null, mutuallyExclusive: null })
      }).pipe(
        over([
          eventPage(
            { at: NOW },
            eventBody({
              event_ticker: "SAID",
              title: "",
              strike_date: "",
              mutually_exclusive: false,
              exchange_index: 0
            }),
            { event_ticker: "SILENT" }
          )
        ])
      )
    )

    it.effect("lists the events of a series by ticker, the same whatever the page size", () =>
      Effect.gen(function* () {
        const repository = yield* EventRepository
        const whole = yield* collect(repository.ofSeries("S"))
        assert.deepStrictEqual(tickers(whole), ["A", "B", "C", "D", "E", "F", "G"])
        for (const pageRows of pageSizes(whole.length)) {
          assert.deepStrictEqual(
            yield* collect(repository.ofSeries("S", { pageRows })),
            whole,
            `by ${pageRows}`
          )
        }
        assert.deepStrictEqual(tickers(yield* collect(repository.ofSeries("S2"))), ["H"])
      }).pipe(
        over([
          eventPage(
            { at: NOW },
            ...ofSeries("S", "C", "G", "A", "F"),
            ...ofSeries("S2", "H"),
            ...ofSeries("S", "E", "B", "D")
          )
        ])
      )
    )

    it.effect("finds nothing for an unknown ticker, or in an empty database", () =>
      Effect.gen(function* () {
        const repository = yield* EventRepository
        assert.deepStrictEqual(yield* repository.byTicker("KXRAIN-26NOV22"), Option.none())
        assert.deepStrictEqual(yield* collect(repository.ofSeries("KXRAIN")), [])
      }).pipe(over([]))
    )
  })
