/** The answer to a request, before a fault changes it. */

export interface Answer {
  readonly status: number
  /** The body as text, or as bytes. */
  readonly body: string | Buffer
  readonly contentType: string
  readonly cacheControl: string
  readonly location?: string
}

const JSON_TYPE = "application/json"
const HTML_TYPE = "text/html"

/**
 * Makes an answer of status 200. `cacheSeconds` is what the exchange's CDN sends for the endpoint; 0 means
 * uncached.
 */
export const ok = (body: string | Buffer, cacheSeconds = 0): Answer => ({
  status: 200,
  body,
  contentType: JSON_TYPE,
  cacheControl: cacheSeconds > 0 ? `public, max-age=${cacheSeconds}` : "no-store"
})

const NAMES: Readonly<Record<number, string>> = {
  301: "moved permanently",
  400: "bad request",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  414: "uri too long",
  429: "too many requests",
  500: "internal server error",
  502: "bad gateway",
  503: "service unavailable",
  504: "gateway timeout"
}

const nameOf = (status: number): string => NAMES[status] ?? "error"

/** Makes the error envelope of the wire. There is no Retry-After header, not even with 429. */
export const failure = (status: number, details?: string): Answer => {
  const message = nameOf(status)
  const error = { code: message.replaceAll(" ", "_"), message, ...(details === undefined ? {} : { details }) }
  return { status, body: JSON.stringify({ error }), contentType: JSON_TYPE, cacheControl: "no-store" }
}

/** Makes the HTML page that a proxy in front of the exchange sends in its place. */
export const htmlFailure = (status: number): Answer => {
  const title = `${status} ${nameOf(status).replace(/\b\w/g, (letter) => letter.toUpperCase())}`
  return {
    status,
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
    contentType: HTML_TYPE,
    cacheControl: "no-store"
  }
}

export const NOT_FOUND = failure(404)

export const badRequest = (details: string): Answer => failure(400, details)
