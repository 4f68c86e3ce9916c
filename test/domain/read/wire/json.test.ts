import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { parseBody } from "../../../../src/domain/read/wire/json.ts"

describe("a body", () => {
  it("is not valid JSON with a byte order mark", () => {
    assert.isTrue(Either.isLeft(parseBody(Buffer.from("\uFEFF{}"))))
  })

  it("is valid JSON with bytes in a string that are not UTF-8", () => {
    const bytes = Buffer.alloc(20_000, 0x80)
    bytes.write('{"a":"')
    bytes.write('"}', bytes.length - 2)
    assert.isTrue(Either.isRight(parseBody(bytes)))
  })
})
