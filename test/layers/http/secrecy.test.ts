/** Everything that a signing client writes while all requests fail is searched for its key. */

import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Logger, LogLevel, Tracer } from "effect"
import { ed25519, KEY_ID, pemOf, rsa, secretsOf, signerOf } from "./keys.ts"
import { answer, asking, client, impatient, server } from "./support.ts"

/** Keeps everything that a tracer receives. */
const recordingTracer = (written: Array<string>) => {
  let nth = 0
  return Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: `span${nth++}`,
        traceId: "trace",
        parent,
        context,
        links,
        kind,
        sampled: true,
        attributes,
        status: { _tag: "Started", startTime },
        attribute: (key, value) => {
          attributes.set(key, value)
          written.push(`${key}=${inspect(value, { depth: 9 })}`)
        },
        event: (event, _, more) => written.push(`${event} ${inspect(more, { depth: 9 })}`),
        addLinks: () => undefined,
        // The values of attributes are left out: a response refers to its request, and no exporter writes
        // either.
        end: (_, exit) => written.push(`${name} ${Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "done"}`)
      }
      return span
    },
    context: (execute) => execute()
  })
}

/** Every kind of answer, and no answer. */
const FATES = [200, 404, 401, 403, 429, 503, "cut", "reset", "hang"] as const

describe("a key", () => {
  for (const [name, key] of [
    ["RSA", rsa.privateKey],
    ["Ed25519", ed25519.privateKey]
  ] as const) {
    it.scopedLive(`(${name}) is in no log line, span, error or answer, and neither is a signature`, () =>
      Effect.gen(function* () {
        const pem = pemOf(key)
        const written: Array<string> = []
        const signer = signerOf(pem)
        const { arrivals, url } = yield* server((_, response, { url: path = "" }) => {
          const fate = FATES[Number(/fate=(\d+)/.exec(path)?.[1] ?? 0)] ?? 200
          if (fate === "hang") return
          if (fate === "reset") return void response.destroy()
          if (fate === "cut") return answer(response, 200, '{"a":')
          return answer(response, fate, "{}")
        })
        const logger = Logger.make((options) => {
          written.push(inspect(options, { depth: 12 }), Logger.logfmtLogger.log(options))
        })
        yield* Effect.gen(function* () {
          const api = yield* client(url, { signer, headersTimeout: "60 millis" })
          for (const [nth] of FATES.entries()) {
            const exit = yield* Effect.exit(impatient(api.get(asking(`/markets?fate=${nth}`))))
            yield* Effect.logTrace("ended", exit)
            written.push(inspect(exit, { depth: 12 }), JSON.stringify(exit))
            if (Exit.isFailure(exit)) written.push(Cause.pretty(exit.cause), String(exit.cause))
          }
          // A client whose transport fails on the headers themselves would reveal them.
          written.push(inspect(api, { depth: 12 }), inspect(signer, { depth: 12, showHidden: true }))
        }).pipe(
          Effect.withSpan("test"),
          Effect.withTracer(recordingTracer(written)),
          Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
          Logger.withMinimumLogLevel(LogLevel.All)
        )
        const all = written.join("\n")
        assert.isAbove(written.length, 100)
        assert.include(all, "http.request.header")
        const signatures = arrivals.map(({ headers }) => String(headers["kalshi-access-signature"]))
        assert.isAbove(signatures.length, FATES.length)
        for (const secret of [...secretsOf(pem), ...signatures, KEY_ID, "PRIVATE KEY"]) {
          assert.notInclude(all, secret)
        }
      })
    )
  }
})
