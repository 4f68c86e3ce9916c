/** Sends an answer, and applies the fault if there is one. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { gzip } from "node:zlib"
import type { Answer } from "./answer.ts"
import type { Harm } from "./faults.ts"

/** The size from which bodies are compressed. */
const GZIP_FROM_BYTES = 1024

const accepts = (request: IncomingMessage): boolean =>
  String(request.headers["accept-encoding"] ?? "")
    .split(",")
    .some((one) => /^\s*gzip\s*(;\s*q=(1|0\.\d*[1-9]))?/.test(one) && !/q=0(\.0*)?\s*$/.test(one))

const write = (
  response: ServerResponse,
  answer: Answer,
  body: Buffer,
  gzipped: boolean,
  harm: Harm | undefined
) => {
  const half = body.subarray(0, Math.floor(body.length / 2))
  const sent = harm?.is === "truncate" || harm?.is === "cut" || harm?.is === "stall" ? half : body
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "cache-control": answer.cacheControl,
    "content-length": harm?.is === "truncate" ? sent.length : body.length,
    vary: "Accept-Encoding",
    ...(gzipped ? { "content-encoding": "gzip" } : {}),
    ...(answer.location === undefined ? {} : { location: answer.location })
  })
  if (harm?.is === "cut") response.write(sent, () => response.socket?.destroy())
  else if (harm?.is === "stall") response.write(sent)
  else response.end(sent)
}

/** Sends the answer; a truncated body is cut before it is compressed, so that it still decompresses. */
export const send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  harm: Harm | undefined
): void => {
  const whole = typeof answer.body === "string" ? Buffer.from(answer.body, "utf8") : answer.body
  const body = harm?.is === "truncate" ? whole.subarray(0, Math.floor(whole.length / 2)) : whole
  const rest = harm?.is === "truncate" ? undefined : harm
  if (body.length < GZIP_FROM_BYTES || !accepts(request)) {
    write(response, answer, body, false, rest)
    return
  }
  gzip(body, { level: 1 }, (failed, packed) => {
    if (response.destroyed) return
    if (failed === null) write(response, answer, packed, true, rest)
    else write(response, answer, body, false, rest)
  })
}

/** Ends the connection with a reset, as a crashed or restarted server does. */
export const reset = (request: IncomingMessage): void => {
  request.socket.resetAndDestroy()
}
