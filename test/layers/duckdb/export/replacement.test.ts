import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { quotedString } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { publicTables } from "../../../../src/domain/read/catalog.ts"
import * as Exporter from "../../../../src/layers/duckdb/export/Exporter.ts"
import { claim, release } from "../../../../src/layers/files/work-folder.ts"
import { addMarket, addPrice, readAll, scopedDataDir, scopedReader } from "../support.ts"

const SLOT = Date.parse("2026-11-22T12:15:00Z") / 1000

const filled = Effect.gen(function* () {
  const made = yield* scopedDataDir
  addMarket(made.database, 1, "KX-1")
  addPrice(made.database, { slot: SLOT, market: 1, seq: 1, yes_bid: 6.9 })
  return { ...made, exporter: Exporter.make(made) }
})

const contents = (folder: string): ReadonlyArray<string> =>
  (readdirSync(folder, { recursive: true }) as Array<string>).sort()

/** The id in the name of a hidden folder. */
const KILLED = "0f8fad5b-d9cb-469f-a165-70867728950e"

describe("the folder of an export", () => {
  for (const name of ["it's", 'say "hi"', "a; DROP TABLE x; --", "new\nline", "naïve ☃ 日本", "50% *?[x]"]) {
    it.scopedLive(`may be called ${JSON.stringify(name)}`, () =>
      Effect.gen(function* () {
        const { dataDir, exporter } = yield* filled
        const output = join(dataDir, name, name)
        yield* exporter.exportParquet({ output })
        yield* exporter.exportCsv({ output })
        const reader = yield* scopedReader
        assert.strictEqual(readFileSync(join(output, "price_snapshots.csv"), "utf8").split("\n").length, 3)
        assert.deepStrictEqual(readdirSync(join(dataDir, name)), [name])
        if (!/[*?[]/.test(name)) {
          const rows = yield* readAll(
            reader,
            `SELECT ticker FROM ${quotedString(join(output, "markets.parquet"))}`
          )
          assert.deepStrictEqual(rows, [["KX-1"]])
        }
      })
    )
  }

  it.scopedLive("is refused if it holds a file of the user's, and the file stays", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      const output = join(dataDir, "mine")
      mkdirSync(output)
      writeFileSync(join(output, "markets.parquet"), "precious")
      const error = yield* Effect.flip(exporter.exportParquet({ output }))
      assert.strictEqual(error._tag, "ExportFailed")
      assert.match(error.message, /holds a file that no export wrote \(markets\.parquet\)/)
      assert.strictEqual(readFileSync(join(output, "markets.parquet"), "utf8"), "precious")
      assert.deepStrictEqual(
        readdirSync(dataDir).filter((name) => name.startsWith(".")),
        []
      )
    })
  )

  it.scopedLive("is refused if a file of an earlier export has changed since it was written", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      const output = join(dataDir, "exports")
      yield* exporter.exportParquet({ output })
      writeFileSync(join(output, "markets.parquet"), "precious")
      const error = yield* Effect.flip(exporter.exportParquet({ output }))
      assert.match(error.message, /markets\.parquet/)
      assert.strictEqual(readFileSync(join(output, "markets.parquet"), "utf8"), "precious")
    })
  )

  it.scopedLive("keeps the tables and formats that an export does not replace", () =>
    Effect.gen(function* () {
      const { dataDir, exporter, database } = yield* filled
      const output = join(dataDir, "exports")
      yield* exporter.exportParquet({ output })
      yield* exporter.exportCsv({ output, tables: ["events"] })
      addPrice(database, { slot: SLOT + 86_400 * 30, market: 1, seq: 2 })
      database.exec(
        `DELETE FROM price_rows WHERE slot = ${SLOT}; DELETE FROM price_slots WHERE slot = ${SLOT}`
      )
      yield* exporter.exportParquet({ output, tables: ["price_snapshots"] })
      const single = publicTables.filter(({ name }) => !["observations", "price_snapshots"].includes(name))
      assert.sameMembers(
        [...contents(output)],
        [
          ...single.map(({ name }) => `${name}.parquet`),
          "events.csv",
          "export.json",
          "price_snapshots",
          "price_snapshots/month=2026-12",
          "price_snapshots/month=2026-12/prices.parquet"
        ]
      )
    })
  )

  it.scopedLive("is unchanged if an export fails half way", () =>
    Effect.gen(function* () {
      const { dataDir, database, exporter } = yield* filled
      const output = join(dataDir, "exports")
      yield* exporter.exportParquet({ output })
      const before = contents(output)
      const bytes = readFileSync(join(output, "markets.parquet"))
      addMarket(database, 2, "KX-2")
      addPrice(database, { slot: SLOT, market: 2, seq: 1, yes_bid: 1e9 })
      const error = yield* Effect.flip(exporter.exportParquet({ output }))
      assert.strictEqual(error._tag, "ExportFailed")
      assert.match(error.message, /yes_bid holds [\d.]+, which does not fit DECIMAL\(9,4\)/)
      assert.deepStrictEqual(contents(output), before)
      assert.deepStrictEqual(readFileSync(join(output, "markets.parquet")), bytes)
      assert.deepStrictEqual(
        readdirSync(dataDir).filter((name) => name.startsWith(".")),
        []
      )
    })
  )

  it.scopedLive("is unchanged if an export is interrupted", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      const output = join(dataDir, "exports")
      yield* exporter.exportCsv({ output })
      const before = contents(output)
      const begun = yield* Deferred.make<void>()
      const onProgress = () => Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)
      const fiber = yield* Effect.fork(exporter.exportCsv({ output, onProgress }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(contents(output), before)
      assert.deepStrictEqual(
        readdirSync(dataDir).filter((name) => name.startsWith(".")),
        []
      )
    })
  )

  it.scopedLive(
    "is restored after a kill between the two renames, and the unfinished folder is removed",
    () =>
      Effect.gen(function* () {
        const { dataDir, exporter } = yield* filled
        const output = join(dataDir, "exports")
        yield* exporter.exportParquet({ output })
        renameSync(output, join(dataDir, `.exports.old-${KILLED}`))
        mkdirSync(join(dataDir, `.exports.new-${KILLED}`))
        writeFileSync(join(dataDir, `.exports.new-${KILLED}`, "markets.parquet"), "half")
        // The next export fails, so that only the recovery is visible.
        const error = yield* Effect.flip(exporter.exportParquet({ output, tables: ["nothing"] }))
        assert.match(error.message, /there is no table nothing to export; tables are markets, events/)
        yield* exporter.exportParquet({ output, tables: ["events"] })
        assert.strictEqual(existsSync(join(output, "markets.parquet")), true)
        assert.deepStrictEqual(
          readdirSync(dataDir).filter((name) => name.startsWith(".")),
          []
        )
      })
  )

  it.scopedLive("keeps the unfinished folder of another running export", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      const output = join(dataDir, "exports")
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => claim(dataDir, ".exports.new-")),
        (claimed) => Effect.promise(() => release(claimed))
      )
      mkdirSync(other.path)
      const old = other.path.replace("new-", "old-")
      mkdirSync(old)
      yield* exporter.exportParquet({ output, tables: ["events"] })
      assert.isTrue(existsSync(other.path))
      assert.isTrue(existsSync(old))
    })
  )

  it.scopedLive.skipIf(process.geteuid?.() !== 0)(
    "does not depend on the unfinished folder of another user",
    () =>
      Effect.gen(function* () {
        const { dataDir, exporter } = yield* filled
        const shared = join(dataDir, "shared")
        const left = join(shared, `.exports.new-${KILLED}`)
        mkdirSync(left, { recursive: true })
        writeFileSync(`${left}.lock`, "")
        chmodSync(dataDir, 0o755)
        chmodSync(shared, 0o1777)
        yield* Effect.acquireUseRelease(
          Effect.sync(() => process.seteuid?.(65_534)),
          () => exporter.exportParquet({ output: join(shared, "exports"), tables: ["events"] }),
          () => Effect.sync(() => process.seteuid?.(0))
        )
        assert.isTrue(existsSync(left))
        assert.include(readdirSync(join(shared, "exports")), "events.parquet")
      })
  )

  it.scopedLive("is not replaced if another export has been written in the meantime", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      const output = join(dataDir, "exports")
      yield* exporter.exportParquet({ output, tables: ["events"] })
      const begun = yield* Deferred.make<void>()
      const over = yield* Deferred.make<void>()
      const onProgress = () => Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(over))
      const slow = yield* Effect.fork(Effect.flip(exporter.exportParquet({ output, onProgress })))
      yield* Deferred.await(begun)
      yield* exporter.exportCsv({ output, tables: ["series"] })
      yield* Deferred.succeed(over, undefined)
      assert.match((yield* Fiber.join(slow)).message, /another export has been written there meanwhile/)
      assert.sameMembers([...contents(output)], ["events.parquet", "export.json", "series.csv"])
    })
  )

  it.scopedLive("may be the target of two exports at the same time", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      const output = join(dataDir, "exports")
      const both = [exporter.exportParquet({ output }), exporter.exportParquet({ output })]
      const exits = yield* Effect.all(both.map(Effect.exit), { concurrency: 2 })
      assert.strictEqual(
        exits.some((exit) => exit._tag === "Success"),
        true
      )
      assert.strictEqual(existsSync(join(output, "markets.parquet")), true)
      yield* exporter.exportParquet({ output })
      assert.deepStrictEqual(
        readdirSync(dataDir).filter((name) => name.startsWith(".")),
        []
      )
    })
  )

  it.scopedLive("may be an empty folder, or a link to one", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      mkdirSync(join(dataDir, "real"))
      symlinkSync(join(dataDir, "real"), join(dataDir, "link"))
      const exported = yield* exporter.exportParquet({ output: join(dataDir, "link"), tables: ["markets"] })
      assert.strictEqual(exported.path, join(dataDir, "real"))
      assert.deepStrictEqual(contents(join(dataDir, "link")), ["export.json", "markets.parquet"])
    })
  )

  it.scopedLive("may not be a file", () =>
    Effect.gen(function* () {
      const { dataDir, exporter } = yield* filled
      writeFileSync(join(dataDir, "file"), "precious")
      const error = yield* Effect.flip(exporter.exportParquet({ output: join(dataDir, "file") }))
      assert.strictEqual(error._tag, "ExportFailed")
      assert.strictEqual(readFileSync(join(dataDir, "file"), "utf8"), "precious")
    })
  )
})
