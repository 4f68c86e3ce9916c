/**
 * Writes a file completely or not at all: the data goes into a temporary file beside it, which is renamed at
 * the end.
 */
import { randomUUID } from "node:crypto"
import { open, realpath, rename, rm, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { Effect } from "effect"
import { StorageFailed, WrongUsage } from "../../domain/errors.ts"
import { whyOf } from "./error-words.ts"

/**
 * Runs a file operation. An error message gives `name`, which the user chose, rather than the name of the
 * temporary file.
 */
const io = <A>(name: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: call,
    catch: (error) =>
      new StorageFailed({
        operation: `writing ${name}`,
        why: whyOf(error).replace(/ \(\/[^()]*\.part\)$/, ""),
        cause: error
      })
  })

type Kind = "nothing" | "file" | "folder" | "device"

const kindOf = (path: string): Effect.Effect<Kind> =>
  Effect.promise(() =>
    stat(path).then(
      (found) => (found.isDirectory() ? "folder" : found.isFile() ? "file" : "device"),
      () => "nothing"
    )
  )

/** Tells whether a path is a device or a pipe, such as `/dev/null`. It is written to, and never replaced. */
export const isDevice = (path: string): Effect.Effect<boolean> =>
  Effect.map(kindOf(path), (kind) => kind === "device")

/**
 * Writes a file as a whole. `fill` receives the path of an empty temporary file and writes into it; the
 * temporary file then replaces `path`.
 */
export const wholeFile = <A, E, R>(
  path: string,
  fill: (temporary: string) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | StorageFailed | WrongUsage, R> =>
  Effect.gen(function* () {
    const wanted = resolve(path)
    // If the path is a symbolic link, the file that it points to is replaced, and the link stays.
    const place = yield* Effect.promise(() => realpath(wanted).catch(() => wanted))
    const folder = dirname(place)
    const kind = yield* kindOf(place)
    if (kind === "folder" || kind === "device")
      return yield* new WrongUsage({ why: `${path} is a ${kind}; name a file to write` })
    if ((yield* kindOf(folder)) !== "folder")
      return yield* new WrongUsage({ why: `the folder ${folder} does not exist; make it first` })
    const temporary = join(folder, `.kalshi-${randomUUID()}.part`)
    return yield* Effect.gen(function* () {
      yield* io(path, async () => (await open(temporary, "wx")).close())
      const filled = yield* fill(temporary)
      yield* io(path, async () => {
        // The file is synced before it is renamed, so that a power failure leaves either the old file or the
        // new one.
        const file = await open(temporary, "r+")
        await file.sync().finally(() => file.close())
        await rename(temporary, place)
      })
      return filled
    }).pipe(Effect.ensuring(Effect.promise(() => rm(temporary, { force: true }))))
  })

export interface Sink {
  /** Writes a text, and waits until it has been accepted, so that at most one piece is in memory. */
  readonly write: (text: string) => Effect.Effect<void, StorageFailed>
}

/** Opens a file that exists already, or a device, to be written in pieces. Error messages call it `name`. */
export const withFile = <A, E, R>(
  path: string,
  name: string,
  use: (sink: Sink) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | StorageFailed, R> =>
  Effect.acquireUseRelease(
    io(name, () => open(path, "w")),
    (file) => use({ write: (text) => Effect.asVoid(io(name, () => file.appendFile(text))) }),
    (file) => Effect.promise(() => file.close().catch(() => undefined))
  )

/** The program's standard output. */
export const standardOutput: Sink = {
  write: (text) =>
    Effect.async((resume) => {
      process.stdout.write(text, (error) =>
        resume(
          error === null || error === undefined
            ? Effect.void
            : new StorageFailed({ operation: "writing the result", why: whyOf(error), cause: error })
        )
      )
    })
}
