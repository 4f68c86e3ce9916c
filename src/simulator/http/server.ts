/**
 * The local exchange: an HTTP server on this machine that behaves like the exchange, including its quirks,
 * and fails on command. Its answers are a function of the seed and the simulated time.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Effect, Runtime, Schema, type Scope } from "effect"
import type { Bias } from "../universe/bias.ts"
import { Board } from "../universe/board.ts"
import { usOfMs } from "../universe/instant.ts"
import { makeUniverse, type Universe } from "../universe/universe.ts"
import { type AccessKey, type Keyring, keyringOf, type Visitor, visitorOf } from "./access.ts"
import { failure, ok } from "./answer.ts"
import { budgets, limitsBody } from "./budgets.ts"
import { answerTo, type Desk, harmed, ROOT } from "./desk.ts"
import { type Fault, faultScript } from "./faults.ts"
import { type RecordingUnreadable, recordedRouter } from "./recorded.ts"
import { reset, send } from "./respond.ts"
import { universeRouter } from "./routes.ts"

export interface LocalExchangeOptions {
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string
  /** The port; any free port by default. */
  readonly port?: number
  /** The number of markets that are open at any time. A few combos (4 %) come on top. */
  readonly markets: number
  readonly seed: number
  /** A bias of all prices; none by default. */
  readonly bias?: Bias
  /** The number of simulated seconds per second of the clock; 1 is real time. */
  readonly speed: number
  /** The simulated time at the start, in milliseconds since 1970, UTC; the clock's time by default. */
  readonly startsAt?: number
  readonly faults: ReadonlyArray<Fault>
  /** A directory of recorded answers to serve instead of the universe. */
  readonly recorded?: string
  /**
   * The shared read budget in tokens per second: requests beyond it are answered 429. A request costs 10
   * tokens, and two seconds' worth is available for bursts.
   */
  readonly readTokensPerSecond?: number
  /** The public keys (RSA or Ed25519) that may sign. A request signed by another key is answered 401. */
  readonly keys?: ReadonlyArray<AccessKey>
  /** The budget of each key for signed requests; no limit by default. */
  readonly signedReadTokensPerSecond?: number
  /** The name of the keys' tier in `/account/limits`; `basic` by default. */
  readonly usageTier?: string
}

export interface SeenRequest {
  readonly method: string
  /** The path and the query of the request. */
  readonly path: string
  /** The time of arrival in milliseconds on a monotonic clock; only differences are meaningful. */
  readonly arrivedAt: number
  /** The status that was sent; undefined if none was (hanging or reset). */
  readonly status: number | undefined
  /** The text of the fault in its script. */
  readonly fault: string | undefined
  /** The key that signed; undefined if no known key did. */
  readonly keyId: string | undefined
}

export interface LocalExchange {
  /** The base URL, `/trade-api/v2` included. */
  readonly url: string
  /** The simulated time in milliseconds since 1970, UTC. */
  readonly now: Effect.Effect<number>
  /** The simulated universe, for comparisons. Meaningless when recorded answers are served. */
  readonly universe: Universe
  /** The last 100,000 requests in order of arrival. */
  readonly requests: Effect.Effect<ReadonlyArray<SeenRequest>>
  /** Replaces the script and resets its counts. */
  readonly setFaults: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
}

export class ExchangeNotStarted extends Schema.TaggedError<ExchangeNotStarted>()("ExchangeNotStarted", {
  host: Schema.String,
  port: Schema.Number,
  reason: Schema.String
}) {
  override get message(): string {
    return `the local exchange could not start on ${this.host}:${this.port}: ${this.reason}`
  }
}

const REQUESTS_KEPT_MAX = 100_000

const whyNotListening: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there; use --port 0 for any free port, or name another",
  EACCES: "this user may not listen there; use --port 0 for any free port, or one above 1023"
}

type Seen = { -readonly [K in keyof SeenRequest]: SeenRequest[K] }

const listen = (server: Server, host: string, port: number) =>
  Effect.async<number, ExchangeNotStarted>((resume) => {
    const failed = ({ code, message }: NodeJS.ErrnoException) =>
      resume(
        Effect.fail(new ExchangeNotStarted({ host, port, reason: whyNotListening[code ?? ""] ?? message }))
      )
    server.once("error", failed)
    server.listen(port, host, () => {
      server.off("error", failed)
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

const close = (server: Server) =>
  Effect.async<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const isDown = (faults: ReadonlyArray<Fault>): boolean => faults.some(({ harm }) => harm.is === "down")

/** Starts the exchange. Closing the scope closes it and every connection. */
export const serve = (
  options: LocalExchangeOptions
): Effect.Effect<LocalExchange, ExchangeNotStarted | RecordingUnreadable, Scope.Scope> =>
  Effect.gen(function* () {
    const host = options.host ?? "127.0.0.1"
    const clock = yield* Effect.clock
    const runFork = Runtime.runFork(yield* Effect.runtime<never>())
    const servedAt = clock.unsafeCurrentTimeMillis()
    const startsAt = options.startsAt ?? servedAt
    const nowMs = () => startsAt + (clock.unsafeCurrentTimeMillis() - servedAt) * options.speed
    const universe = makeUniverse(options.seed, options.markets, options.bias)
    const notStarted = (reason: string) => new ExchangeNotStarted({ host, port: options.port ?? 0, reason })
    const router =
      options.recorded === undefined
        ? universeRouter(new Board(universe, usOfMs(startsAt)))
        : yield* recordedRouter(options.recorded)
    const keyring = yield* Effect.try({
      try: (): Keyring => keyringOf(options.keys ?? []),
      catch: (cause) => notStarted(String(cause))
    })
    const rates = { unsigned: options.readTokensPerSecond, signed: options.signedReadTokensPerSecond }
    const budget = budgets(rates, servedAt)
    const desk: Desk = {
      router,
      nowUs: () => usOfMs(nowMs()),
      visitorOf: (method, path, headers) => visitorOf(keyring, method, path, headers),
      affordable: (visitor) => budget(visitor, clock.unsafeCurrentTimeMillis()),
      limits: ok(limitsBody(rates, options.usageTier ?? "basic"))
    }
    let script = faultScript(options.faults)
    let seen: Array<Seen> = []

    const note = (request: IncomingMessage, fault: Fault | undefined, visitor: Visitor): Seen => {
      const one: Seen = {
        method: request.method ?? "",
        path: request.url ?? "",
        arrivedAt: Number(clock.unsafeCurrentTimeNanos()) / 1_000_000,
        status: undefined,
        fault: fault?.text,
        keyId: visitor.is === "holder" ? visitor.keyId : undefined
      }
      seen.push(one)
      if (seen.length > 2 * REQUESTS_KEPT_MAX) seen = seen.slice(-REQUESTS_KEPT_MAX)
      return one
    }

    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      const url = request.url ?? "/"
      const method = request.method ?? ""
      const path = url.split("?")[0] ?? ""
      const visitor = desk.visitorOf(method, path, request.headers)
      const fault = script(path.replace(ROOT, ""))
      const harm = fault?.harm
      const one = note(request, fault, visitor)
      if (harm?.is === "hang") return
      if (harm?.is === "reset" || harm?.is === "down") {
        reset(request)
        return
      }
      const respond = Effect.try(() => {
        // The Date header follows the simulated time at which the answer is made, like everything else.
        response.setHeader("date", new Date(nowMs()).toUTCString())
        if (options.speed > 1) response.setHeader("x-simulated-speed", options.speed)
        return answerTo(desk, method, url, visitor)
      }).pipe(
        Effect.catchAll((broken) =>
          Effect.as(Effect.logError("the local exchange failed to answer", url, broken.error), failure(500))
        ),
        Effect.map((answer) => harmed(answer, harm, url)),
        Effect.andThen((answer) =>
          Effect.sync(() => {
            one.status = answer.status
            send(request, response, answer, harm)
          })
        )
      )
      runFork(harm?.is === "slow" ? Effect.delay(respond, harm.ms) : respond)
    }

    const server = createServer({ keepAliveTimeout: 65_000 }, handle)
    yield* Effect.addFinalizer(() => close(server))
    const port = yield* listen(server, host, options.port ?? 0)
    if (isDown(options.faults)) yield* close(server)

    const setFaults = (faults: ReadonlyArray<Fault>) =>
      Effect.suspend(() => {
        script = faultScript(faults)
        if (isDown(faults)) return server.listening ? close(server) : Effect.void
        // A port that another program took in the meantime is a defect: the caller can do nothing about it.
        return server.listening ? Effect.void : listen(server, host, port).pipe(Effect.orDie, Effect.asVoid)
      })

    return {
      url: `http://${host.includes(":") ? `[${host}]` : host}:${port}${ROOT}`,
      now: Effect.sync(nowMs),
      universe,
      requests: Effect.sync(() => seen.slice(-REQUESTS_KEPT_MAX)),
      setFaults
    }
  })
