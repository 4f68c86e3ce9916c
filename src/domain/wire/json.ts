/** A body as JSON. The exchange sends UTF-8; its error pages may be HTML or nothing. */
import { Either } from "effect"
import { problem, type WireProblem } from "./shape.ts"

const utf8 = new TextDecoder()

export const parseBody = (body: Uint8Array): Either.Either<unknown, WireProblem> =>
  parseText(utf8.decode(body))

export const parseText = (text: string): Either.Either<unknown, WireProblem> => {
  try {
    return Either.right(JSON.parse(text))
  } catch {
    return Either.left(problem("body", "JSON", text.slice(0, 200)))
  }
}
