/** A body as JSON. The exchange sends UTF-8; its error pages may be HTML or nothing. */
import { Either } from "effect"
import { problem, type WireProblem } from "./shape.ts"

/** A byte order mark is kept: it is not valid JSON, and every reader must reject the same bodies. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

export const parseBody = (body: Uint8Array): Either.Either<unknown, WireProblem> => {
  const text = utf8.decode(body)
  try {
    return Either.right(JSON.parse(text))
  } catch {
    return Either.left(problem("body", "JSON", text.slice(0, 200)))
  }
}
