import { Effect, Option, Stream } from "effect"
import { LogDamaged, WrongUsage } from "../../domain/errors.ts"
import { slotText } from "../../domain/units/time.ts"
import { Database, storage } from "../../layers/sqlite/database/Database.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { reader } from "../cli/layers.ts"
import { verifyRecords } from "../cli/prepare.ts"
import type { ListValues, ShowValues, VerifyValues } from "../definitions/log.ts"
import { count, plural, result } from "../terminal/output.ts"
import { printable } from "../terminal/printable.ts"
import { withProgress } from "../terminal/progress.ts"
import { screenWidth } from "../terminal/screen.ts"
import { table } from "../terminal/table.ts"

/**
 * Refuses bounds outside the log. They are typing errors, and a result for them would say nothing about the
 * log.
 */
const checkBounds = (from: number, to: number | undefined, head: number) =>
  Effect.gen(function* () {
    if (to !== undefined && to < from)
      return yield* new WrongUsage({ why: `--to ${to} lies before --from ${from}` })
    const [flag, seq] = to !== undefined && to > head ? ["--to", to] : ["--from", from]
    // In an empty log, a lower bound of 1 is valid.
    if (seq > Math.max(1, head))
      return yield* new WrongUsage({ why: `${flag} ${seq} lies beyond the log, which ends at seq ${head}` })
  })

export const runList = ({ dataDir, from, json, limit }: ListValues) =>
  Effect.gen(function* () {
    const log = yield* ObservationLog
    const { seq } = yield* log.head
    const first = from ?? Math.max(1, seq - limit + 1)
    yield* checkBounds(first, undefined, seq)
    const entries = yield* Stream.runCollect(Stream.take(log.entries({ from: first }), limit))
    const rows = [...entries].map(({ slot, ...entry }) => ({ ...entry, slot: slotText(slot) }))
    yield* result(json, rows, [
      table(
        ["seq", "feed", "slot", "page", "status", "observed at", "bytes", "request"],
        rows.map((row) => [
          row.seq,
          row.feed,
          row.slot,
          row.page,
          row.status,
          row.observedAt.replace(/\.\d+Z$/, "Z"),
          row.storedBytes,
          row.request
        ]),
        { screen: screenWidth(), least: { request: 24 }, leaveOut: ["slot", "page", "bytes"] }
      ),
      `${count(rows.length)} of ${plural(seq, "observation")}`
    ])
  }).pipe(Effect.provide(reader(dataDir)))

export const runShow = ({ body, dataDir, json }: ShowValues, seq: number) =>
  Effect.gen(function* () {
    const log = yield* ObservationLog
    const found = yield* log.get(seq)
    if (Option.isNone(found)) {
      return yield* new WrongUsage({
        why: `there is no seq ${seq}; the log ends at ${(yield* log.head).seq}`
      })
    }
    const { body: bytes, slot, ...rest } = found.value
    if (body && !json)
      // A pipe receives the bytes unchanged. On a terminal, control characters in the exchange's text are
      // escaped.
      return yield* writeBytes(process.stdout.isTTY ? printable(Buffer.from(bytes).toString()) : bytes)
    const shown = { ...rest, slot: slotText(slot), bodyBytes: bytes.length }
    yield* result(json, body ? { ...shown, body: Buffer.from(bytes).toString("utf8") } : shown, [
      ...Object.entries(shown).map(([name, value]) => `${name.padEnd(12)} ${value}`)
    ])
  }).pipe(Effect.provide(reader(dataDir)))

/** Writes to stdout and waits until it is written: a pipe takes a large body in pieces. */
const writeBytes = (bytes: Uint8Array | string) =>
  Effect.async<void>((resume) => {
    process.stdout.write(bytes, () => resume(Effect.void))
  })

/**
 * Warns if the log ends before the seq that the tables have read, which means that rows were removed from its
 * end.
 */
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

export const runVerify = ({ dataDir, from, json, to }: VerifyValues) =>
  Effect.gen(function* () {
    const log = yield* ObservationLog
    const head = yield* log.head
    yield* checkBounds(from, to, head.seq)
    const last = to ?? head.seq
    yield* withProgress("verifying", "observations", ({ at }) =>
      Stream.runForEach(log.verify({ from, to: last }), (seq) => at(seq - from + 1, last - from + 1))
    )
    if (to === undefined) yield* Effect.zipRight(checkEnd, verifyRecords(dataDir))
    const checked = Math.max(0, Math.min(last, head.seq) - from + 1)
    yield* result(json, { from, to: last, observations: checked, headChainSha256: head.chainSha256 }, [
      `${plural(checked, "observation")} verified, seq ${from} to ${Math.min(last, head.seq)}: the chain is whole`,
      `head ${head.chainSha256}`
    ])
  }).pipe(Effect.provide(reader(dataDir)))
