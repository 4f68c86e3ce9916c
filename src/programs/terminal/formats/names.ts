/** The output formats of an answer, and the file extensions of each. */

export const FORMATS = ["table", "line", "csv", "json", "ndjson", "markdown", "parquet"] as const
export type Format = (typeof FORMATS)[number]

const ENDINGS: ReadonlyArray<readonly [RegExp, Format]> = [
  [/\.csv$/i, "csv"],
  [/\.json$/i, "json"],
  [/\.(?:ndjson|jsonl)$/i, "ndjson"],
  [/\.(?:md|markdown)$/i, "markdown"],
  [/\.parquet$/i, "parquet"]
]

/** Derives the format from a file's extension. */
export const formatOf = (path: string): Format | undefined =>
  ENDINGS.find(([ending]) => ending.test(path))?.[1]
