/** A file that is there whole or not at all: written beside its place, and moved there when it is done. */
import { randomUUID } from "node:crypto"
import { access, constants, open, rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { Effect } from "effect"
import { StorageFailed, WrongUsage } from "../domain/errors.ts"
import { whyOf } from "./why.ts"

const io = <A>(path: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: call,
    catch: (error) => new StorageFailed({ operation: `writing ${path}`, why: whyOf(error) })
  })

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )

/** `fill` makes the file at the path that it is given; then the file takes the place of `path`. */
export const wholeFile = <A, E, R>(
  path: string,
  fill: (temporary: string) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | StorageFailed | WrongUsage, R> =>
  Effect.gen(function* () {
    const place = resolve(path)
    const folder = dirname(place)
    if (yield* Effect.promise(() => isFolder(place)))
      return yield* new WrongUsage({ why: `${path} is a folder; name a file to write` })
    if (!(yield* Effect.promise(() => isFolder(folder))))
      return yield* new WrongUsage({ why: `the folder ${folder} does not exist; make it first` })
    // DuckDB would name the file that stands in for this one.
    yield* io(path, () => access(folder, constants.W_OK))
    const temporary = join(folder, `.${basename(place)}.${randomUUID()}.part`)
    return yield* Effect.gen(function* () {
      const filled = yield* fill(temporary)
      yield* io(path, async () => {
        // The bytes before the name: a power cut leaves the old file or the new one.
        const file = await open(temporary, "r+")
        await file.sync().finally(() => file.close())
        await rename(temporary, place)
      })
      return filled
    }).pipe(Effect.ensuring(Effect.promise(() => rm(temporary, { force: true }))))
  })

export interface Sink {
  /** Waits until the text is taken, so that no more of it piles up than one piece. */
  readonly write: (text: string) => Effect.Effect<void, StorageFailed>
}

/** A new file to be written piece by piece. */
export const withFile = <A, E, R>(
  path: string,
  use: (sink: Sink) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | StorageFailed, R> =>
  Effect.acquireUseRelease(
    io(path, () => open(path, "wx")),
    (file) => use({ write: (text) => Effect.asVoid(io(path, () => file.appendFile(text))) }),
    (file) => Effect.promise(() => file.close().catch(() => undefined))
  )

/** The program's own output. */
export const standardOutput: Sink = {
  write: (text) =>
    Effect.async((resume) => {
      process.stdout.write(text, (error) =>
        resume(
          error === null || error === undefined
            ? Effect.void
            : new StorageFailed({ operation: "writing the result", why: whyOf(error) })
        )
      )
    })
}
