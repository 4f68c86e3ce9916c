import { Effect, Option, Stream } from "effect"
import { LogDamaged, WrongUsage } from "../../domain/errors.ts"
import { slotText } from "../../domain/units/time.ts"
import { now } from "../../layers/clock/now.ts"
import { Database, storage } from "../../layers/sqlite/database/Database.ts"
import {
  type LastVerified,
  readLastVerified,
  writeLastVerified
} from "../../layers/sqlite/log/last-verified.ts"
import { planVerify } from "../../layers/sqlite/log/verify-plan.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { reader } from "../cli/layers.ts"
import { verifyAllRecords, verifyRecords } from "../cli/prepare.ts"
import type { ListValues, ShowValues, VerifyValues } from "../definitions/log.ts"
import { count, plural, result } from "../terminal/output.ts"
import { printable } from "../terminal/printable.ts"
import { withProgress } from "../terminal/progress.ts"
import { screenWidth } from "../terminal/screen.ts"
import { tableLines } from "../terminal/table.ts"

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
      ...tableLines(
        [
          "seq",
          "feed",
          { name: "slot", expendable: 3 },
          { name: "page", expendable: 2 },
          "status",
          "observed at",
          { name: "bytes", expendable: 1 },
          { name: "request", least: 24 }
        ],
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
        screenWidth()
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

/** The plan of the command line: a range, the whole log, or what came after the last verification. */
const planOf = ({ dataDir, from, sinceLast, to }: VerifyValues) =>
  Effect.gen(function* () {
    if (sinceLast && (from !== 1 || to !== undefined))
      return yield* new WrongUsage({ why: "--since-last goes without --from and --to" })
    const last = sinceLast ? yield* readLastVerified(dataDir) : Option.none()
    if (sinceLast && Option.isNone(last))
      yield* Effect.logWarning("no earlier verification is known: the whole log is verified")
    const plan = yield* planVerify(dataDir, last)
    yield* checkBounds(from, to, plan.end.seq)
    const isWhole = from === 1 && to === undefined
    return isWhole
      ? { ...plan, last }
      : { ...plan, last, ranges: [{ from, to: to ?? plan.end.seq }], end: undefined }
  })

/** Remembers where a verification ended. One that cannot be remembered has still succeeded. */
const remember = (dataDir: string, end: Omit<LastVerified, "verifiedAt">) =>
  Effect.flatMap(now, (verifiedAt) => writeLastVerified(dataDir, { ...end, verifiedAt })).pipe(
    Effect.catchAll(({ message }) =>
      Effect.logWarning(`${message}. The next --since-last begins where this one did.`)
    )
  )

export const runVerify = (values: VerifyValues) =>
  Effect.gen(function* () {
    const { dataDir, json } = values
    const log = yield* ObservationLog
    const head = yield* log.head
    const { end, knownSegments, last, ranges } = yield* planOf(values)
    const total = ranges.reduce((sum, { from, to }) => sum + Math.max(0, to - from + 1), 0)
    yield* withProgress("verifying", "observations", ({ at }) =>
      Effect.reduce(ranges, 0, (done, { from, to }) =>
        Stream.runForEach(log.verify({ from, to }), (seq) => at(done + seq - from + 1, total)).pipe(
          Effect.as(done + to - from + 1)
        )
      )
    )
    if (end !== undefined) {
      yield* checkEnd
      yield* Option.isSome(last) ? verifyRecords(dataDir) : verifyAllRecords(dataDir)
      yield* remember(dataDir, end)
    }
    const [first = { from: head.seq + 1, to: head.seq }] = ranges
    const bounds = { from: first.from, to: ranges.at(-1)?.to ?? head.seq }
    const since = Option.getOrNull(Option.map(last, ({ verifiedAt }) => verifiedAt))
    yield* result(
      json,
      { ...bounds, observations: total, headChainSha256: head.chainSha256, since, knownSegments },
      [
        total === 0
          ? `nothing has come since ${since ?? "the log began"}`
          : `${plural(total, "observation")} verified, seq ${bounds.from} to ${bounds.to}: the chain is whole`,
        ...(since === null
          ? []
          : [
              `The rest was verified until ${since}; of ${plural(knownSegments, "segment")} the sizes were compared.`
            ]),
        `head ${head.chainSha256}`
      ]
    )
  }).pipe(Effect.provide(reader(values.dataDir)))
