/** The contract of every MarketRepository. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type MarketRecord, MarketRepository } from "../../../../src/services/MarketRepository.ts"
import { type Body, eventBody, stringsMarket } from "../../../domain/read/wire/bodies.ts"
import {
  type Adapter,
  at,
  collect,
  described,
  eventPage,
  listing,
  market,
  pageSizes,
  utcTime
} from "./support.ts"

const NOW = "2026-11-22T12:15:00Z"

const tickers = (markets: ReadonlyArray<MarketRecord>) => markets.map(({ ticker }) => ticker)

/** Two events of a series and one of another; sorting by ticker would mix them. */
const markets: ReadonlyArray<Body> = [
  ...["Z", "A", "M"].map((name) => market(`K-${name}`, { event_ticker: "EVENT-1" })),
  ...["Y", "B", "N"].map((name) => market(`K-${name}`, { event_ticker: "EVENT-2" })),
  ...["X", "C"].map((name) => market(`K-${name}`, { event_ticker: "EVENT-3" })),
  ...["initialized", "inactive", "closed", "determined", "disputed", "amended", "finalized", "ACTIVE"].map(
    (status) => market(`K-${status}`, { event_ticker: "EVENT-1", status })
  )
]

const seriesOf = (...events: ReadonlyArray<readonly [event: string, series: string]>) =>
  eventPage(
    { at: NOW },
    ...events.map(([event_ticker, series_ticker]) => eventBody({ event_ticker, series_ticker }))
  )

const exchange = [
  listing({ at: NOW }, ...markets),
  seriesOf(["EVENT-1", "SERIES"], ["EVENT-2", "SERIES"], ["EVENT-3", "OTHER"])
]

export const marketSuite = (name: string, adapter: Adapter<MarketRepository>) =>
  describe(`MarketRepository of ${name}`, () => {
    const over = (observations: Parameters<typeof adapter>[0]) => Effect.provide(adapter(observations))

    describe("a market", () => {
      it.effect("has every field in its own unit", () =>
        Effect.gen(function* () {
          const found = yield* (yield* MarketRepository).byTicker("KXRAIN-26NOV22-T1")
          const expected: MarketRecord = {
            ticker: "KXRAIN-26NOV22-T1",
            eventTicker: "KXRAIN-26NOV22",
            seriesTicker: "KXRAIN",
            category: "Climate and Weather",
            marketType: "binary",
            title: "Will it rain more than 1 inch?",
            subtitle: "more than 1 inch",
            yesSubTitle: "Above 1",
            noSubTitle: "1 or below",
            status: "active",
            result: "",
            settlementValue: 55,
            settlementTs: utcTime("2026-11-23T12:01:14.546573Z"),
            notionalValue: 100,
            createdTime: utcTime("2026-11-19T10:11:12.345678Z"),
            updatedTime: utcTime("2026-11-21T01:02:03.040000Z"),
            openTime: utcTime("2026-11-20T15:00:00.000000Z"),
            closeTime: utcTime("2026-11-23T04:59:00.000000Z"),
            expirationTime: utcTime("2026-11-30T15:00:00.000000Z"),
            latestExpirationTime: utcTime("2026-12-01T15:00:00.000000Z"),
            expectedExpirationTime: utcTime("2026-11-23T15:00:00.000000Z"),
            occurrenceDatetime: utcTime("2026-11-22T14:00:00.000000Z"),
            settlementTimerSeconds: 1800,
            expirationValue: "1.25",
            canCloseEarly: true,
            earlyCloseCondition: "when the report is out",
            strikeType: "greater",
            floorStrike: 1.5,
            capStrike: 2.25,
            functionalStrike: "x / 2",
            customStrike: '{"Associated Events":"A,B"}',
            feeWaiverExpirationTime: utcTime("2026-11-21T15:00:00.000000Z"),
            primaryParticipantKey: "NWS-NYC",
            priceLevelStructure: "tapered_deci_cent",
            priceRanges:
              '[{"start":"0.0000","end":"0.1000","step":"0.0010"},{"start":"0.1000","end":"1.0000","step":"0.0100"}]',
            mveCollectionTicker: "KXMVE-COLLECTION",
            settlementBoundsType: "floor",
            settlementFloor: 5.25,
            isProvisional: false,
            exchangeIndex: 2,
            rulesPrimary: "If it rains",
            rulesSecondary: "as reported by the NWS",
            endedAt: null,
            observedAt: utcTime("2026-11-22T12:15:01.234567Z"),
            notFoundAt: null
          }
          assert.deepStrictEqual(found, Option.some(expected))
        }).pipe(
          over([
            listing({ at: "2026-11-22T12:15:01.234567Z", slot: NOW }, stringsMarket()),
            eventPage({ at: NOW }, eventBody())
          ])
        )
      )

      it.effect("keeps null, empty, zero and false distinct", () =>
        Effect.gen(function* () {
          const repository = yield* MarketRepository
          const said = Option.getOrThrow(yield* repository.byTicker("SAID"))
          assert.deepInclude(said, { title: "", closeTime: "", canCloseEarly: false, floorStrike: 0 })
          const silent = Option.getOrThrow(yield* repository.byTicker("SILENT"))
          assert.deepInclude(silent, { title: null, closeTime: null, canCloseEarly: null, floorStrike: null })
          assert.strictEqual(silent.seriesTicker, null)
        }).pipe(
          over([
            listing(
              { at: NOW },
              market("SAID", { title: "", close_time: "", can_close_early: false, floor_strike: 0 }),
              market("SILENT", {
                title: null,
                close_time: null,
                can_close_early: undefined,
                floor_strike: null
              })
            )
          ])
        )
      )

      it.effect("is not found by an unknown ticker, a part of its ticker, or another case", () =>
        Effect.gen(function* () {
          const repository = yield* MarketRepository
          for (const ticker of ["K-0", "K-", "k-a", "", "K-A'--"]) {
            assert.deepStrictEqual(yield* repository.byTicker(ticker), Option.none(), ticker)
          }
          assert.isTrue(Option.isSome(yield* repository.byTicker("K-A")))
        }).pipe(over(exchange))
      )
    })

    describe("open markets", () => {
      it.effect("of an event are those with the status active, by ticker", () =>
        Effect.gen(function* () {
          const repository = yield* MarketRepository
          assert.deepStrictEqual(tickers(yield* collect(repository.openOfEvent("EVENT-1"))), [
            "K-A",
            "K-M",
            "K-Z"
          ])
          assert.deepStrictEqual(yield* collect(repository.openOfEvent("EVENT")), [])
        }).pipe(over(exchange))
      )

      it.effect("of a series are listed by event, and by ticker within each", () =>
        Effect.gen(function* () {
          const repository = yield* MarketRepository
          const open = yield* collect(repository.openOfSeries("SERIES"))
          assert.deepStrictEqual(tickers(open), ["K-A", "K-M", "K-Z", "K-B", "K-N", "K-Y"])
          assert.deepStrictEqual(yield* collect(repository.openOfSeries("SERIE")), [])
        }).pipe(over(exchange))
      )

      it.effect("no longer include a market that a later answer closes", () =>
        Effect.gen(function* () {
          const repository = yield* MarketRepository
          assert.deepStrictEqual(tickers(yield* collect(repository.openOfSeries("OTHER"))), ["K-X"])
        }).pipe(
          over([
            ...exchange,
            described(
              { at: "2026-11-22T12:20:00Z" },
              market("K-C", { event_ticker: "EVENT-3", status: "closed" })
            )
          ])
        )
      )
    })

    it.effect("returns the same rows whatever the page size, with many markets that close at one time", () =>
      Effect.gen(function* () {
        const repository = yield* MarketRepository
        const lists = {
          event: repository.openOfEvent,
          series: repository.openOfSeries,
          awaiting: (_: string, paging?: { readonly pageRows?: number }) =>
            repository.awaitingSettlement(at("2027-01-01T00:00:00Z"), paging)
        }
        for (const [of, list] of Object.entries(lists)) {
          const whole = yield* collect(list(of))
          assert.isAbove(whole.length, 20)
          assert.strictEqual(new Set(tickers(whole)).size, whole.length)
          for (const pageRows of pageSizes(whole.length)) {
            assert.deepStrictEqual(yield* collect(list(of, { pageRows })), whole, `${of} by ${pageRows}`)
          }
        }
      }).pipe(
        over([
          listing(
            { at: NOW },
            ...Array.from({ length: 24 }, (_, index) =>
              market(`K-${(index * 17) % 24}`, { event_ticker: "event", close_time: "2026-11-23T00:00:00Z" })
            ),
            ...Array.from({ length: 6 }, (_, index) =>
              market(`L-${index}`, { event_ticker: `event-${index % 2}` })
            )
          ),
          seriesOf(["event", "series"], ["event-0", "series"], ["event-1", "series"])
        ])
      )
    )

    it.effect("finds nothing in an empty database", () =>
      Effect.gen(function* () {
        const repository = yield* MarketRepository
        assert.deepStrictEqual(yield* repository.byTicker("K-A"), Option.none())
        assert.deepStrictEqual(yield* collect(repository.openOfEvent("EVENT-1")), [])
        assert.deepStrictEqual(yield* collect(repository.openOfSeries("SERIES")), [])
        assert.deepStrictEqual(yield* collect(repository.awaitingSettlement(at(NOW))), [])
      }).pipe(over([]))
    )
  })
