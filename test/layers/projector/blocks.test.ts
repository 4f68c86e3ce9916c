/** Rows in blocks: all of them, in order, however many there are and whatever they are kept in. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { type Block, blocksOf, statements } from "../../../src/layers/projector/blocks.ts"

const PARAMETERS_MAX = 32_766

describe("rows in blocks", () => {
  it.prop(
    "are all of them, in their order, in statements that SQLite takes",
    [fc.integer({ min: 0, max: 1300 }), fc.integer({ min: 1, max: 80 }), fc.boolean()],
    ([rows, width, numbers]) => {
      const cells = Array.from({ length: rows * width }, (_, i) => i)
      const texts = statements(width, (values) => values)
      const blocks: Array<Block> = []
      for (const block of blocksOf(numbers ? Float64Array.from(cells) : cells, width))
        blocks.push({ ...block, values: [...block.values] })
      assert.deepStrictEqual(
        blocks.flatMap(({ values }) => values),
        cells
      )
      let from = 0
      for (const block of blocks) {
        assert.strictEqual(block.from, from)
        assert.strictEqual(block.values.length, block.rows * width)
        assert.strictEqual(texts.get(block.rows)?.split("?").length, block.values.length + 1)
        assert.isAtMost(block.values.length, PARAMETERS_MAX)
        from += block.rows
      }
    },
    { fastCheck: { numRuns: 50 } }
  )

  it("lets each go when the next is asked for, and nobody else's values with it", () => {
    const cells = Array.from({ length: 620 }, (_, i) => i)
    const blocks = [...blocksOf(cells, 1)]
    assert.deepStrictEqual(
      blocks.map(({ rows, values }) => [rows, values.length]),
      [500, 100, 20].map((rows) => [rows, 0])
    )
    assert.strictEqual(cells.length, 620)
  })

  it("say where each row stands, where they are asked to", () => {
    const listed = statements(
      2,
      (values) => `SELECT * FROM (${values})`,
      (place, values) => `(${place}, ${values})`
    )
    assert.strictEqual(listed.get(4), "SELECT * FROM (VALUES (0, ?, ?), (1, ?, ?), (2, ?, ?), (3, ?, ?))")
  })
})
