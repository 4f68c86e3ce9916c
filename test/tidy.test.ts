/** Rules of the code base that a reader can see and a type checker cannot: rooms, imports, sizes, errors. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Errors from "../src/domain/errors.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

interface Source {
  /** The path from the root of the project: `src/domain/units/time.ts`. */
  readonly path: string
  readonly text: string
  /** The source without comments, which may mention anything. */
  readonly code: string
}

const LINES_MAX = 300

const sourcesOf = (folder: string): ReadonlyArray<Source> =>
  readdirSync(join(root, folder), { encoding: "utf8", recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, folder, file), "utf8")
      const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "")
      return { path: `${folder}/${file}`, text, code }
    })

const sources = sourcesOf("src")

const inRoom = (room: string) => sources.filter(({ path }) => path.startsWith(`src/${room}/`))

/** All matches, as `path: match`. */
const found = (
  among: ReadonlyArray<Source>,
  pattern: RegExp,
  part: "text" | "code" = "code"
): ReadonlyArray<string> =>
  among.flatMap((source) =>
    [...source[part].matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(
      ({ 0: match }) => `${source.path}: ${match}`
    )
  )

const none = (matches: ReadonlyArray<string>, why: string) => assert.deepStrictEqual(matches, [], why)

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s)?([^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/g

/** The imports of a file: names of packages, or paths from the root of the project. */
const importsOf = ({
  code,
  path
}: Source): ReadonlyArray<{ readonly of: string; readonly onlyTypes: boolean; readonly lazily: boolean }> =>
  [...code.matchAll(IMPORT)].map(([, type, , target = "", dynamic = ""]) => {
    const of = target || dynamic
    const onlyTypes = type !== undefined
    const from = of.startsWith(".") ? relative(root, join(root, dirname(path), of)) : of
    return { of: from, onlyTypes, lazily: target === "" }
  })

const importsOutside = (room: string, allowed: (of: string, onlyTypes: boolean) => boolean) =>
  inRoom(room).flatMap((source) =>
    importsOf(source).flatMap(({ of, onlyTypes }) =>
      allowed(of, onlyTypes) ? [] : [`${source.path}: ${of}`]
    )
  )

describe("rooms", () => {
  const within =
    (...rooms: ReadonlyArray<string>) =>
    (of: string) =>
      rooms.some((room) => of.startsWith(`src/${room}/`))

  it("the domain imports effect and itself", () => {
    none(
      importsOutside("domain", (of) => /^effect(\/|$)/.test(of) || within("domain")(of)),
      "domain is pure"
    )
  })

  it("the domain's two sides, ask and read, do not import each other", () => {
    none(
      [
        ...importsOutside("domain/ask", (of) => !of.startsWith("src/domain/read/")),
        ...importsOutside("domain/read", (of) => !of.startsWith("src/domain/ask/"))
      ],
      "feeds ask, projections interpret"
    )
  })

  it("a service imports effect, the domain, other services, and types of effect's family", () => {
    const allowed = (of: string, onlyTypes: boolean) =>
      of === "effect" || (onlyTypes && of.startsWith("@effect/")) || within("domain", "services")(of)
    none(importsOutside("services", allowed), "a port knows no adapter")
  })

  it("a layer imports no program", () => {
    none(
      importsOutside("layers", (of) => !of.startsWith("src/programs/")),
      "programs compose layers"
    )
  })

  it("the simulator imports the domain's units and nothing else of the project", () => {
    none(
      importsOutside(
        "simulator",
        (of) =>
          !of.startsWith("src/") ||
          of.startsWith("src/simulator/") ||
          of === "src/domain/nesting.ts" ||
          of.startsWith("src/domain/units/")
      ),
      "the simulator stands apart"
    )
  })

  it("no room but the programs imports the simulator", () => {
    none(
      ["domain", "services", "layers"].flatMap((room) =>
        importsOutside(room, (of) => !of.startsWith("src/simulator/"))
      ),
      "the exchange is reached over HTTP only"
    )
  })

  it("nothing in src imports tests or benchmarks, or a package of development", () => {
    const outside = /^(test|bench)\/|^(vitest|@effect\/vitest|kalshi-typescript)/
    none(
      sources.flatMap((source) =>
        importsOf(source).flatMap(({ of }) => (outside.test(of) ? [`${source.path}: ${of}`] : []))
      ),
      "src stands alone"
    )
  })
})

describe("help", () => {
  it("loads nothing of Effect, which takes as long to load as everything else together", () => {
    const byPath = new Map(sources.map((source) => [source.path, source]))
    const loaded = new Set<string>()
    const load = (path: string): void => {
      const source = byPath.get(path)
      if (loaded.has(path)) return
      loaded.add(path)
      if (source === undefined) return
      for (const { lazily, of, onlyTypes } of importsOf(source)) if (!onlyTypes && !lazily) load(of)
    }
    for (const { path } of sources.filter(({ path }) => path.startsWith("src/programs/definitions/")))
      load(path)
    assert.include([...loaded], "src/domain/read/catalog.ts")
    none(
      [...loaded].filter((path) => /^@?effect(\/|$)/.test(path)),
      "a definition names what a program takes, and loads none of it"
    )
  })
})

describe("clocks and randomness", () => {
  it("are used neither by the domain nor by the services", () => {
    const smell = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bprocess\.hrtime\b/
    none(found([...inRoom("domain"), ...inRoom("services")], smell), "time and chance come from outside")
  })
})

describe("the log", () => {
  it("is never updated, and deleted from only by the archive, which has sealed the rows", () => {
    none(
      found(sources, /\b(UPDATE|REPLACE\s+INTO|DELETE\s+FROM)\s+["'`]?observations\b/i).filter(
        (match) => match !== "src/layers/archive/hot-log.ts: DELETE FROM observations"
      ),
      "the log only grows"
    )
  })

  it("and the tables are written only in transactions of the one helper", () => {
    none(found(sources, /\bwithTransaction\b/), "sql.withTransaction opens a deferred transaction")
  })
})

describe("a file", () => {
  it(`has at most ${LINES_MAX} lines`, () => {
    const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > LINES_MAX)
    none(
      long.map(({ path }) => path),
      "a file is one idea"
    )
  })

  it("has no open to-do", () => {
    none(found(sources, /\b(TODO|FIXME|XXX|HACK)\b/, "text"), "an open end belongs in an issue")
  })

  it("suppresses no check", () => {
    none(found(sources, /\bas any\b|:\s*any\b|<any\b|\bany\[\]/), "any is no type")
    none(
      found(sources, /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable/, "text"),
      "fix what it says"
    )
  })

  it("swallows no failure", () => {
    none(found(sources, /catchAll(Cause)?\(\(\) => Effect\.void\)/), "typed, or handled")
  })
})

describe("a type's name", () => {
  /** The names that are still exported twice. Take a name off the list with its second definition. */
  const twice = new Set([
    // The values of a command's options: each definition exports its own, as it exports `definition`.
    "Values"
  ])

  it("is exported once, so that it can be searched; the simulator has names of its own", () => {
    const files = sources.filter(({ path }) => !path.startsWith("src/simulator/"))
    const places = new Map<string, Array<string>>()
    for (const { code, path } of files)
      for (const [, name = ""] of code.matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm))
        places.set(name, [...(places.get(name) ?? []), path])
    none(
      [...places].flatMap(([name, paths]) =>
        paths.length > 1 && !twice.has(name) ? [`${name}: ${paths.join(", ")}`] : []
      ),
      "one name, one meaning"
    )
  })
})

describe("migrations", () => {
  const names = sourcesOf("migrations").map(({ path }) => path)

  it("are all imported by src", () => {
    const imported = new Set(sources.flatMap((source) => importsOf(source).map(({ of }) => of)))
    none(
      names.filter((name) => !imported.has(name)),
      "a migration that nobody runs"
    )
  })

  it("import nothing of src if they are never changed, so that their effect never changes", () => {
    none(
      sourcesOf("migrations").flatMap((source) =>
        /SHAPES TABLES/.test(source.text)
          ? []
          : importsOf(source).flatMap(({ of }) => (of.startsWith("src/") ? [`${source.path}: ${of}`] : []))
      ),
      "a migration of the log or of records stands alone"
    )
  })

  it("say what they shape, and have unique numbers", () => {
    const numbers = names.map((name) => /^migrations\/(\d{4})_[a-z0-9_]+\.ts$/.exec(name)?.[1] ?? name)
    assert.strictEqual(new Set(numbers).size, numbers.length)
    for (const { path, text } of sourcesOf("migrations")) {
      assert.match(
        text,
        /^\/\*\*\s+(\* )?SHAPES (THE LOG|RECORDS|TABLES)\. /,
        `${path} opens with what it shapes`
      )
    }
  })
})

describe("errors", () => {
  const [request, why, dataDir] = ["/markets?status=open", "connection refused", "data"]
  const examples: { readonly [Name in keyof typeof Errors]: Error } = {
    ExchangeUnreachable: new Errors.ExchangeUnreachable({ url: "http://localhost:1", attempts: 1, why }),
    ExchangeRefused: new Errors.ExchangeRefused({ request, status: 418, why: "a teapot", attempts: 2 }),
    ListingEndless: new Errors.ListingEndless({ request, page: 3, why: "it names the same page again" }),
    NothingListed: new Errors.NothingListed({ feed: "orderbooks" }),
    AnswerShort: new Errors.AnswerShort({ request, markets: ["A", "B"] }),
    NothingFound: new Errors.NothingFound(),
    StorageFailed: new Errors.StorageFailed({ operation: "append", why: "disk full" }),
    LogDamaged: new Errors.LogDamaged({ seq: 7, why: "the chain breaks" }),
    LogCutShort: new Errors.LogCutShort({ anchor: "data/anchor.json", why: "the log ends at seq 100" }),
    ArchiveForeign: new Errors.ArchiveForeign({ folder: "data/archive", names: ["7-9"] }),
    DatabaseDamaged: new Errors.DatabaseDamaged({ dataDir, why: "row 7 missing from index i" }),
    RecordsDamaged: new Errors.RecordsDamaged({ what: "a row of collection_runs", why: "it was changed" }),
    DataDirLocked: new Errors.DataDirLocked({ dataDir, holder: "process 1" }),
    MaintenanceLocked: new Errors.MaintenanceLocked({ dataDir, holder: "a flush" }),
    NoDatabase: new Errors.NoDatabase({ dataDir }),
    OtherExchange: new Errors.OtherExchange({ dataDir, recorded: "https://a", asked: "https://b" }),
    TablesOutdated: new Errors.TablesOutdated({ projections: ["markets"] }),
    TablesDiffer: new Errors.TablesDiffer({ tables: ["markets", "events"] }),
    FeedsFailed: new Errors.FeedsFailed({
      failures: [
        { feed: "markets", why },
        { feed: "events", why }
      ]
    }),
    BackfillFailed: new Errors.BackfillFailed({ slot: "2026-11-22T12:15:00Z", why }),
    BackupDamaged: new Errors.BackupDamaged({ backup: "b", file: "kalshi.db", why: "is missing" }),
    ExportFailed: new Errors.ExportFailed({ path: "exports", why: "no space" }),
    MaintenanceFailed: new Errors.MaintenanceFailed({ failures: [{ step: "flush", why }] }),
    QueryFailed: new Errors.QueryFailed({ why: "no such table: market" }),
    WrongUsage: new Errors.WrongUsage({ why: "--interval wants a time such as 15m" })
  }

  it.each(Object.entries(examples))("%s is one line that says what to do, without a stack", (name, error) => {
    assert.isAbove(error.message.length, 10)
    assert.notMatch(error.message, /[\n\r]|\bat \S+ \(|undefined|\[object/, name)
  })

  it("name a request of a hundred markets without naming the markets", () => {
    const request = `/markets/orderbooks?${Array.from({ length: 100 }, (_, n) => `tickers=T${n}`).join("&")}`
    for (const { message } of [
      new Errors.ExchangeRefused({ request, status: 404, why: "not found", attempts: 1 }),
      new Errors.ListingEndless({ request, page: 3, why: "it names the same page again" })
    ]) {
      assert.include(message, "/markets/orderbooks?tickers=T0&")
      assert.isBelow(message.length, 300)
    }
  })

  it("are all raised somewhere", () => {
    const raised = (name: string) =>
      sources.some(({ code }) => new RegExp(`new (\\w+\\.)?${name}\\(`).test(code))
    none(
      Object.keys(Errors).filter((name) => !raised(name)),
      "an error that never happens"
    )
  })
})

describe("a comment", () => {
  const FRAGMENT =
    /\/\*\*\s*(?:\*\s*)?(?:Of|Whose|Who|Whoever|What|Whatever|So (?:many|much|long|far)|Told|Asked|Said|Nobody|Somebody)\b[^*]{0,60}/
  const LINE_FRAGMENT = /^\s*\/\/ (?:Of|Whose|Who|Whoever|Told|Asked|Said|Nobody|Somebody)\b.{0,60}/m

  it("begins with a noun phrase or a verb", () => {
    none(
      [FRAGMENT, LINE_FRAGMENT].flatMap((fragment) => found(sources, fragment, "text")),
      "a fragment needs its reader to guess the subject"
    )
  })
})
