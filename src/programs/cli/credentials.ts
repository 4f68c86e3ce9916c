/**
 * The key that requests are signed with, out of the environment: a flag would show it in the list of
 * processes. No message repeats a value, not even the path, for a key is easily pasted into the wrong one.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import { Config, Effect, Option, Redacted } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import { makeSigner, type Signer } from "../../layers/http/signing.ts"

/** Set to nothing, as compose files do, is not set. */
const secret = (name: string) => Config.option(Config.redacted(Config.nonEmptyString(name)))

const settings = Config.all({
  keyId: secret("KALSHI_API_KEY_ID"),
  path: secret("KALSHI_PRIVATE_KEY_PATH"),
  pem: secret("KALSHI_PRIVATE_KEY")
})

/** Undefined when there is no key; fails when there is half of one, or one that cannot sign. */
export const signer: Effect.Effect<Signer | undefined, WrongUsage, FileSystem.FileSystem> = Effect.gen(
  function* () {
    const { keyId, path, pem } = yield* Effect.mapError(settings, () => wrong("the key cannot be read"))
    if (Option.isNone(keyId) && Option.isNone(path) && Option.isNone(pem)) return undefined
    if (Option.isNone(keyId))
      return yield* wrong("there is a private key but no KALSHI_API_KEY_ID: set it too")
    if (Option.isSome(path) && Option.isSome(pem)) {
      return yield* wrong("KALSHI_PRIVATE_KEY_PATH and KALSHI_PRIVATE_KEY are both set: unset one of them")
    }
    const privateKey = Option.isSome(path) ? Option.some(yield* readKey(path.value)) : pem
    if (Option.isNone(privateKey)) {
      return yield* wrong(
        "there is KALSHI_API_KEY_ID but no private key: set KALSHI_PRIVATE_KEY_PATH or KALSHI_PRIVATE_KEY"
      )
    }
    return yield* makeSigner({ keyId: keyId.value, privateKey: privateKey.value })
  }
)

const wrong = (why: string) => new WrongUsage({ why })

/** The bit of a file's mode that lets every user read the file. */
const WORLD_READS = 0o004

const warnIfPublic = (mode: number) =>
  (mode & WORLD_READS) === 0
    ? Effect.void
    : Effect.logWarning(
        "every user of this machine may read the file that KALSHI_PRIVATE_KEY_PATH names: chmod 600 it"
      )

const whys: Readonly<Record<string, string>> = {
  NotFound: "there is none",
  PermissionDenied: "there is no permission",
  BadResource: "it is a folder"
}

const readKey = (path: Redacted.Redacted) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const key = yield* files.readFileString(Redacted.value(path))
    yield* warnIfPublic((yield* files.stat(Redacted.value(path))).mode)
    return key
  }).pipe(
    Effect.mapBoth({
      onSuccess: Redacted.make,
      onFailure: (error) =>
        wrong(
          `the file that KALSHI_PRIVATE_KEY_PATH names cannot be read (${error._tag === "SystemError" ? (whys[error.reason] ?? "it is no file") : "it is no path"}): name the PEM file of the private key`
        )
    })
  )
