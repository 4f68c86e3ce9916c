import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Either } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { AccessKey } from "../../simulator/http/access.ts"
import { parseFaults } from "../../simulator/http/faults.ts"
import { serve } from "../../simulator/http/server.ts"
import type { Values } from "../definitions/exchange.ts"
import { plural, result } from "../terminal/output.ts"

/** Reads the PEM text of a public key. */
const readPublicKey = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(path)).pipe(
    Effect.mapError(() => new WrongUsage({ why: `--public-key-path ${path}: cannot be read` }))
  )

const keysOf = (id: string | undefined, path: string | undefined) =>
  Effect.gen(function* () {
    if (id === undefined && path === undefined) return []
    if (id === undefined || path === undefined)
      return yield* new WrongUsage({ why: "--api-key-id and --public-key-path go together" })
    const key: AccessKey = { id, publicKeyPem: yield* readPublicKey(path) }
    return [key]
  })

const folder = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readDirectory(path)).pipe(
    Effect.as(path),
    Effect.mapError(() => new WrongUsage({ why: `--recorded ${path}: is no folder that can be read` }))
  )

export const run = ({ apiKeyId, bias, faults, json, publicKeyPath, recorded, ...rest }: Values) =>
  Effect.gen(function* () {
    const script = parseFaults(faults)
    if (Either.isLeft(script)) return yield* new WrongUsage({ why: script.left })
    const { requests, url } = yield* serve({
      ...rest,
      faults: script.right,
      ...(bias === undefined ? {} : { bias }),
      keys: yield* keysOf(apiKeyId, publicKeyPath),
      ...(recorded === undefined ? {} : { recorded: yield* folder(recorded) })
    }).pipe(
      Effect.catchTag(
        "RecordingUnreadable",
        ({ directory, reason }) => new WrongUsage({ why: `--recorded ${directory}: ${reason}` })
      )
    )
    yield* result(json, { url }, [
      `a local exchange listens on ${url}`,
      `record it with: kalshi collect --once --data-dir local-data --api-url ${url} --read-tokens-per-second 1000`
    ])
    return yield* Effect.onInterrupt(Effect.never, () =>
      Effect.flatMap(requests, ({ length }) =>
        Effect.logInfo(`stopped; ${plural(length, "request")} answered`)
      )
    )
  }).pipe(Effect.scoped)
