import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Either, Option, Schema } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { AccessKey } from "../../layers/local-exchange/access.ts"
import { parseFaults } from "../../layers/local-exchange/faults.ts"
import { serve } from "../../layers/local-exchange/server.ts"
import * as settings from "../settings.ts"
import { result } from "../terminal/output.ts"

const options = {
  port: Options.integer("port").pipe(
    Options.withDescription("0 for any free one"),
    Options.withDefault(8787)
  ),
  markets: Options.integer("markets").pipe(
    Options.withDescription("How many markets are open at any time"),
    Options.withSchema(Schema.Int.pipe(Schema.between(1, 500_000))),
    Options.withDefault(1000)
  ),
  seed: Options.integer("seed").pipe(
    Options.withDescription("The same seed, the same exchange"),
    Options.withDefault(1)
  ),
  speed: Options.float("speed").pipe(
    Options.withDescription("Simulated seconds per second"),
    Options.withSchema(Schema.Number.pipe(Schema.positive())),
    Options.withDefault(1)
  ),
  faults: Options.text("faults").pipe(
    Options.withDescription("What goes wrong, such as 429:every=7,burst=3;reset:every=17"),
    Options.withDefault("")
  ),
  recorded: Options.directory("recorded", { exists: "yes" }).pipe(
    Options.withDescription("Serve recorded answers instead"),
    Options.optional
  ),
  apiKeyId: Options.text("api-key-id").pipe(
    Options.withDescription("A key that may sign requests; needs --public-key-path"),
    Options.optional
  ),
  publicKey: Options.fileText("public-key-path").pipe(
    Options.withDescription("Its public key, RSA or Ed25519, in PEM"),
    Options.optional
  )
}

const keysOf = (
  id: Option.Option<string>,
  publicKey: Option.Option<readonly [path: string, pem: string]>
): Effect.Effect<ReadonlyArray<AccessKey>, WrongUsage> => {
  if (Option.isSome(id) && Option.isSome(publicKey)) {
    return Effect.succeed([{ id: id.value, publicKeyPem: publicKey.value[1] }])
  }
  return Option.isNone(id) && Option.isNone(publicKey)
    ? Effect.succeed([])
    : new WrongUsage({ why: "--api-key-id and --public-key-path go together" })
}

export const exchange = Command.make(
  "exchange",
  { ...options, json: settings.json },
  ({ apiKeyId, faults, json, publicKey, recorded, ...rest }) =>
    Effect.gen(function* () {
      const script = parseFaults(faults)
      if (Either.isLeft(script)) return yield* new WrongUsage({ why: script.left })
      const { url } = yield* serve({
        ...rest,
        faults: script.right,
        keys: yield* keysOf(apiKeyId, publicKey),
        ...(Option.isSome(recorded) ? { recorded: recorded.value } : {})
      })
      yield* result(json, { url }, [
        `a local exchange listens on ${url}`,
        `record it with: kalshi collect --once --data-dir local-data --api-url ${url} --read-tokens-per-second 1000`
      ])
      return yield* Effect.never
    }).pipe(Effect.scoped)
).pipe(Command.withDescription("Serves a local exchange: a seeded universe, or recorded answers"))
