/** Small servers that do one thing, and the client under test on real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { Context, Effect, Layer, Random } from "effect"
import { defaultOptions, type HttpOptions, layer } from "../../../src/layers/http/KalshiApi.ts"
import { KalshiApi, type RawRequest } from "../../../src/services/KalshiApi.ts"

export interface Arrival {
  readonly path: string
  /** Milliseconds, monotonic. */
  readonly at: number
  readonly headers: IncomingMessage["headers"]
  /** Whether the client has closed the connection. */
  closed: boolean
}

type Handler = (nth: number, response: ServerResponse, request: IncomingMessage) => void

/** Answers as the handler says; requests are counted from 1. */
export const server = (handler: Handler) =>
  Effect.acquireRelease(
    Effect.async<{
      readonly url: string
      readonly arrivals: ReadonlyArray<Arrival>
      readonly end: () => void
    }>((resume) => {
      const arrivals: Array<Arrival> = []
      const listener = createServer((request, response) => {
        const arrival = {
          path: request.url ?? "",
          at: performance.now(),
          headers: request.headers,
          closed: false
        }
        response.once("close", () => {
          arrival.closed = !response.writableFinished
        })
        handler(arrivals.push(arrival), response, request)
      })
      const end = () => {
        listener.close()
        listener.closeAllConnections()
      }
      listener.listen(0, "127.0.0.1", () => {
        const address = listener.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, arrivals, end }))
      })
    }),
    ({ end }) => Effect.sync(end)
  )

export const answer = (
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string> = {}
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body)
}

/** A client with a budget that never delays it and the limits of production, unless a test sets others. */
export const client = (baseUrl: string, options: Partial<HttpOptions> = {}) =>
  Layer.build(layer({ ...defaultOptions, baseUrl, readTokensPerSecond: 10_000, ...options })).pipe(
    Effect.map((context) => Context.get(context, KalshiApi))
  )

/** Back-off draws this value every time: waits of 2.5 to 80 ms. */
export const impatient = Effect.withRandom(Random.fixed([0.01]))

/** A request of the markets feed, unless a test says otherwise. */
export const asking = (pathAndQuery: string, of: Partial<RawRequest> = {}): RawRequest => ({
  pathAndQuery,
  endpoint: `GET ${pathAndQuery.split("?")[0]}`,
  feed: "markets",
  background: false,
  ...of
})
