import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option, Schema, Stream } from "effect"
import { LogDamaged, WrongUsage } from "../../domain/errors.ts"
import { slotText } from "../../domain/time.ts"
import { Database, storage } from "../../layers/sqlite/Database.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { reader } from "../compose.ts"
import * as settings from "../settings.ts"
import { count, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"
import { table } from "../terminal/table.ts"

const from = Options.integer("from").pipe(
  Options.withDescription("First seq"),
  Options.withSchema(Schema.Int.pipe(Schema.greaterThanOrEqualTo(1))),
  Options.withDefault(1)
)
const to = Options.integer("to").pipe(Options.withDescription("Last seq"), Options.optional)
const limit = Options.integer("limit").pipe(
  Options.withDescription("How many rows at the most, the newest if no --from is given"),
  Options.withSchema(Schema.Int.pipe(Schema.greaterThanOrEqualTo(1))),
  Options.withDefault(50)
)
const shared = { dataDir: settings.dataDir, json: settings.json }

const list = Command.make(
  "list",
  { ...shared, from: Options.optional(from), limit },
  ({ dataDir, from, json, limit }) =>
    Effect.gen(function* () {
      const log = yield* ObservationLog
      const { seq } = yield* log.head
      const first = Option.getOrElse(from, () => Math.max(1, seq - limit + 1))
      const entries = yield* Stream.runCollect(Stream.take(log.entries({ from: first }), limit))
      const rows = [...entries].map(({ slot, ...entry }) => ({ ...entry, slot: slotText(slot) }))
      yield* result(json, rows, [
        table(
          ["seq", "feed", "slot", "page", "request", "status", "observed at", "stored bytes"],
          rows.map((row) => [
            row.seq,
            row.feed,
            row.slot,
            row.page,
            row.request,
            row.status,
            row.observedAt,
            row.storedBytes
          ])
        ),
        `${count(rows.length)} of ${plural(seq, "observation")}`
      ])
    }).pipe(Effect.provide(reader(dataDir)))
).pipe(Command.withDescription("Rows of the log, without bodies"))

const show = Command.make(
  "show",
  {
    ...shared,
    seq: Args.integer({ name: "SEQ" }),
    body: Options.boolean("body").pipe(
      Options.withDescription("The body alone, byte for byte as it was received")
    )
  },
  ({ body, dataDir, json, seq }) =>
    Effect.gen(function* () {
      const log = yield* ObservationLog
      const found = yield* log.get(seq)
      if (Option.isNone(found)) {
        return yield* new WrongUsage({
          why: `there is no seq ${seq}; the log ends at ${(yield* log.head).seq}`
        })
      }
      const { body: bytes, slot, ...rest } = found.value
      if (body && !json) return yield* writeBytes(bytes)
      const shown = { ...rest, slot: slotText(slot), bodyBytes: bytes.length }
      yield* result(json, body ? { ...shown, body: Buffer.from(bytes).toString("utf8") } : shown, [
        ...Object.entries(shown).map(([name, value]) => `${name.padEnd(12)} ${value}`)
      ])
    }).pipe(Effect.provide(reader(dataDir)))
).pipe(Command.withDescription("One row of the log; with --body the exact bytes that were received"))

/** A pipe takes a large body in pieces; the next command must not start before the last is taken. */
const writeBytes = (bytes: Uint8Array) =>
  Effect.async<void>((resume) => {
    process.stdout.write(bytes, () => resume(Effect.void))
  })

/** The log ends before what the tables have read: rows are gone from its end. */
const checkEnd = Effect.gen(function* () {
  const { sql } = yield* Database
  const { seq } = yield* Effect.flatMap(ObservationLog, (log) => log.head)
  const [read] = yield* sql<{ seq: number | null }>`SELECT max(seq) AS seq FROM projection_checkpoints`
  if (read?.seq !== undefined && read.seq !== null && read.seq > seq) {
    return yield* new LogDamaged({
      seq: seq + 1,
      why: `the tables were built up to seq ${read.seq}, the log ends at ${seq}`
    })
  }
}).pipe(storage("reading the checkpoints"))

const verify = Command.make("verify", { ...shared, from, to }, ({ dataDir, from, json, to }) =>
  Effect.gen(function* () {
    const log = yield* ObservationLog
    const head = yield* log.head
    const last = Option.getOrElse(to, () => head.seq)
    yield* withProgress("verifying", "observations", ({ at }) =>
      Stream.runForEach(log.verify({ from, to: last }), (seq) => at(seq - from + 1, last - from + 1))
    )
    if (Option.isNone(to)) yield* checkEnd
    const checked = Math.max(0, Math.min(last, head.seq) - from + 1)
    yield* result(json, { from, to: last, observations: checked, headChainSha256: head.chainSha256 }, [
      `${plural(checked, "observation")} verified, seq ${from} to ${Math.min(last, head.seq)}: the chain is whole`,
      `head ${head.chainSha256}`
    ])
  }).pipe(Effect.provide(reader(dataDir)))
).pipe(Command.withDescription("Recomputes the hash chain over every stored byte and column"))

export const log = Command.make("log").pipe(
  Command.withDescription("The log of everything the exchange answered"),
  Command.withSubcommands([list, show, verify])
)
