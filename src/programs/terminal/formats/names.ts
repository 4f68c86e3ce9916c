/** The formats of an answer, and what files of each are called. */

export const FORMATS = ["table", "line", "csv", "json", "ndjson", "markdown", "parquet"] as const
export type Format = (typeof FORMATS)[number]

const ENDINGS: ReadonlyArray<readonly [RegExp, Format]> = [
  [/\.csv$/i, "csv"],
  [/\.json$/i, "json"],
  [/\.(?:ndjson|jsonl)$/i, "ndjson"],
  [/\.(?:md|markdown)$/i, "markdown"],
  [/\.parquet$/i, "parquet"]
]

/** What a file of this name holds by custom. */
export const formatOf = (path: string): Format | undefined =>
  ENDINGS.find(([ending]) => ending.test(path))?.[1]
