/** `status` and the plain tables on screens of every width. */
import { assert, describe, it } from "@effect/vitest"
import { statusLines } from "../../../src/programs/terminal/status.ts"
import { tableLines } from "../../../src/programs/terminal/table.ts"
import { widthOf } from "../../../src/programs/terminal/text-width.ts"
import type { FeedStatus, StatusReport } from "../../../src/services/Status.ts"

const ESC = "\u001b"
const NOW = Date.parse("2026-11-22T12:20:00Z") / 1000

const feed = (but: Partial<FeedStatus>): FeedStatus => ({
  feed: "markets",
  lastSlot: "2026-11-22T12:15:00Z",
  lastStatus: "complete",
  lastReason: null,
  lastItems: 120_000,
  lastCompleteSlot: "2026-11-22T12:15:00Z",
  interval: 900,
  complete: 12_345,
  partial: 0,
  newestWarning: null,
  failed: 0,
  skipped: 0,
  missed: 0,
  gaps: [],
  olderGaps: 0,
  ...but
})

const reason = `https://external-api.kalshi.com/trade-api/v2 does not answer (connection refused). Check the network and --api-url; recording resumes with the next slot. ${ESC}[31m${"And so on. ".repeat(40)}`

const report: StatusReport = {
  rebuild: null,
  lake: {
    seq: 1800,
    flushedAt: "2026-11-22T12:00:00.123456Z",
    files: 12,
    rows: 25_000_000,
    bytes: 40_000_000
  },
  archive: { segments: 3, lastSeq: 1200, bytes: 5_000_000, bodyBytes: 900_000_000 },
  hot: [{ table: "price_snapshots", from: "2026-11-15T12:00:01.000000Z" }],
  maintenance: [
    {
      step: "flush",
      finishedAt: "2026-11-22T12:00:01.123456Z",
      succeededAt: null,
      failure: `writing data/lake failed: the disk is full ${ESC}[31m`
    }
  ],
  exchanges: ["https://external-api.kalshi.com/trade-api/v2"],
  exchangeState: {
    snapshotTime: "2026-11-22T12:15:00Z",
    exchangeActive: true,
    tradingActive: false,
    estimatedResumeTime: "2026-11-22T13:00:00.000000Z",
    observedAt: "2026-11-22T12:15:00.123456Z"
  },
  scheduledTrading: null,
  recorder: { program: "collect", pid: 22_813, host: "vm", since: "2026-11-22T08:00:00.000000Z" },
  log: {
    observations: 1889,
    firstObservedAt: "2026-11-20T12:15:00.123456Z",
    lastObservedAt: "2026-11-22T12:15:09.654321Z"
  },
  tablesAtSeq: 1880,
  markets: 1,
  openMarkets: 1,
  events: 11_000,
  settlements: 50_000,
  priceSlots: 192,
  lastPriceSlot: { slot: "2026-11-22T12:15:00Z", markets: 120_000 },
  feeds: [
    feed({
      feed: "candlesticks-1440",
      lastStatus: "failed",
      lastReason: reason,
      lastCompleteSlot: "2026-11-20T12:15:00Z",
      failed: 12,
      skipped: 9,
      missed: 1200,
      gaps: [
        {
          status: "failed",
          reason,
          firstSlot: "2026-11-22T12:15:00Z",
          lastSlot: "2026-11-22T12:15:00Z",
          slots: 1,
          interval: 900
        }
      ],
      olderGaps: 4
    }),
    feed({})
  ],
  quarantined: 1,
  openBackfills: 1,
  backfills: [{ slot: "2026-11-22T12:00:00Z", status: "waiting", reason, requests: 120, requestsDone: 3 }],
  databaseBytes: 2_000_000_000,
  walBytes: 18_300_000,
  exportsBytes: 0,
  otherBytes: 0,
  freeBytes: 20_000_000_000
}

describe("status", () => {
  for (const screen of [80, 100, 160]) {
    it(`fits ${screen} columns, without a blank at the end of a line or a raw escape`, () => {
      for (const line of statusLines(report, NOW, screen)) {
        assert.isAtMost(widthOf(line), screen, line)
        assert.notMatch(line, /\s$|\p{Cc}/u)
      }
    })
  }

  const said = statusLines(report, NOW).join("\n")

  it("shows all times to the second", () => {
    assert.notMatch(said, /\d\d\.\d+Z/)
    assert.include(said, "1,889 observations since 2026-11-20T12:15:00Z, last 2026-11-22T12:15:09Z")
  })

  it("shortens a reason at the end of a word, with a mark", () => {
    assert.match(said, /1 slot failed 2026-11-22 12:15: https:.* recording resumes .* \S+ …\n/)
  })

  it("shows who records, the size of the directory, and how long the disk will last", () => {
    assert.include(said, "recorder   collect (process 22813 on vm) since 2026-11-22T08:00:00Z")
    assert.include(said, "2.02 GB used (database 2 GB, its WAL 18.3 MB, exports 0 B); 20 GB free")
    assert.include(said, "enough for about 19 days at the pace so far")
  })

  it("has nouns in the right number", () => {
    assert.include(said, "1 market (1 open), 11,000 events")
    assert.include(said, "candlesticks-1440: 12 failed, 9 skipped, 1,200 missed")
  })
})

describe("a plain table", () => {
  const rows = [
    [1, "a", "/markets?status=open&limit=1000"],
    [20, "bb", "/x"]
  ]

  it("does not pad its last column, and cuts nothing in a pipe", () => {
    assert.deepStrictEqual(tableLines(["seq", "b", "request"], rows), [
      "seq  b   request",
      "  1  a   /markets?status=open&limit=1000",
      " 20  bb  /x"
    ])
  })

  it("cuts columns that may be cut, and leaves out others", () => {
    const columns = ["seq", { name: "b", expendable: 1 }, { name: "request", least: 10 }]
    assert.deepStrictEqual(tableLines(columns, rows, 24), [
      "seq  b   request",
      "  1  a   /markets?statu…",
      " 20  bb  /x"
    ])
    assert.deepStrictEqual(tableLines(columns, rows, 16), ["seq  request", "  1  /markets?s…", " 20  /x"])
  })

  it("tells columns of one name apart", () => {
    const twice = [
      { name: "error", isRight: true },
      { name: "error", expendable: 1 }
    ]
    assert.deepStrictEqual(tableLines(twice, [["1", "x"]], 9), ["error", "    1"])
  })
})
