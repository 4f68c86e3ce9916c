/** Flipped bits that no hash covers: in indexes, and in the structure of the pages. */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { databasePath } from "../../../../src/layers/files/data-dir.ts"
import { checkIntegrity } from "../../../../src/layers/sqlite/database/integrity.ts"
import { eventBody, stringsMarket } from "../../../domain/read/wire/bodies.ts"
import { run } from "../../../programs/run.ts"
import { page } from "../../projector/observations.ts"
import { tablesIn, tell } from "../../projector/support.ts"
import { answer, copyOf, failsWith, raw, SLOT, scopedFolder } from "../support.ts"

const PATIENCE = 120_000

const recorded = Effect.tap(scopedFolder, (folder) =>
  Effect.gen(function* () {
    const markets = Array.from({ length: 12 }, (_, n) =>
      stringsMarket({ ticker: `KXFLIP-${n}`, ...(n % 3 === 0 ? { status: "finalized", result: "yes" } : {}) })
    )
    const events = new TextEncoder().encode(JSON.stringify({ events: [eventBody()] }))
    yield* tell(
      page(0, markets, 10),
      page(1, markets, 20, { slot: SLOT + 900 }),
      answer(2, { feed: "events", endpoint: "GET /events", body: events })
    )
  }).pipe(Effect.provide(tablesIn(folder)))
)

interface Page {
  readonly index: string
  readonly number: number
}

/** The pages of every index that is not empty, and the page size. */
const indexPages = (folder: string) =>
  raw(folder, (database) => ({
    size: Number(database.pragma("page_size", { simple: true })),
    pages: database
      .prepare<[], Page>(
        `SELECT s.name AS "index", s.pageno AS number FROM dbstat s JOIN sqlite_master m ON m.name = s.name
         WHERE m.type = 'index' AND s.payload > 0`
      )
      .all()
  }))

/** Flips one bit of a byte in the file. */
const flip = (folder: string, at: number, bit: number) => {
  const file = readFileSync(databasePath(folder))
  file[at] = (file[at] ?? 0) ^ (1 << bit)
  writeFileSync(databasePath(folder), file)
}

const damage = (folder: string) =>
  Effect.map(failsWith(checkIntegrity(folder), "DatabaseDamaged"), ({ message }) => message)

describe("the integrity of a database", () => {
  it.scopedLive("is intact in a recorded file", () => Effect.flatMap(recorded, checkIntegrity), PATIENCE)

  it.scopedLive(
    "is violated by any flipped bit in an entry of any index",
    () =>
      Effect.gen(function* () {
        const folder = yield* recorded
        const { pages, size } = indexPages(folder)
        const names = new Set(pages.map(({ index }) => index))
        assert.includeMembers(
          [...names],
          ["sqlite_autoindex_observations_1", "sqlite_autoindex_market_numbers_1", "market_rows_by_status"]
        )
        for (const { index, number } of pages) {
          // Entries are at the end of a page.
          for (const fromTheEnd of [3, 11]) {
            const copy = yield* copyOf(folder)
            flip(copy, number * size - fromTheEnd, fromTheEnd % 8)
            assert.match(yield* damage(copy), /is damaged: /, `${index}, ${fromTheEnd} before the end`)
          }
        }
      }),
    PATIENCE
  )

  it.scopedLive(
    "is checked by log verify and by replay --verify, with advice",
    () =>
      Effect.gen(function* () {
        const folder = yield* recorded
        const { pages, size } = indexPages(folder)
        const { number } =
          pages.find(({ index }) => index === "sqlite_autoindex_market_numbers_1") ?? assert.fail()
        const start = (number - 1) * size
        const letter = readFileSync(databasePath(folder))
          .subarray(start, start + size)
          .indexOf("KXFLIP-7")
        flip(folder, start + letter, 1)
        for (const [program, args] of [
          ["log", ["verify"]],
          ["replay", ["--verify"]]
        ] as const) {
          const { code, stderr } = yield* run(program, [...args, "--data-dir", folder])
          assert.strictEqual(code, 1)
          assert.match(
            stderr,
            /the index sqlite_autoindex_market_numbers_1 does not have the rows of market_numbers/
          )
          assert.match(stderr, /REINDEX/)
        }
      }),
    PATIENCE
  )
})
