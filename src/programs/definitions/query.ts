import { publicTables } from "../../domain/read/catalog.ts"
import { bytes } from "../cli/bytes.ts"
import { program, type ValuesOf } from "../cli/definition.ts"
import { integer, oneOf, option, optionalArgument, optionOr, repeated, text, wanted } from "../cli/option.ts"
import { age, moment } from "../cli/time.ts"
import { FORMATS } from "../terminal/formats/names.ts"
import * as shared from "./shared.ts"

const DAY_SECONDS = 24 * 60 * 60
/** The smallest memory limit, in bytes, with which DuckDB can start. */
const MEMORY_MIN = 64_000_000
const SPILL_MIN = 1_000_000

const timeout = (words: string): number => {
  const { months, seconds } = age(words)
  return months === 0 && seconds >= 1 && seconds <= 7 * DAY_SECONDS
    ? seconds
    : wanted("must be from 1s to 7d, such as 30s or 2h")
}

const parameter = (words: string): readonly [name: string, value: string] => {
  const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(words) ?? []
  return name === undefined || value === undefined
    ? wanted("must be a name and a value, such as ticker=KXFED-26DEC-T4.00")
    : [name, value]
}

const atLeastOne = integer(1)

const options = {
  dataDir: shared.dataDir,
  json: shared.json,
  asOf: option({
    value: "TIME|AGE",
    about:
      "Answer from the tables as they were knowable at a time (UTC), from what had been observed by then",
    otherwise: "now",
    parse: moment
  }),
  file: option({ value: "FILE", short: "f", about: "Read the SQL from a file", parse: text }),
  param: repeated({
    value: "NAME=VALUE",
    short: "p",
    about: "The value of $NAME in the SQL; may be repeated",
    parse: parameter
  }),
  format: option({
    value: "FORMAT",
    about: `How rows are written: ${FORMATS.join(", ")}`,
    otherwise: "table, or what the ending of --output says",
    choices: FORMATS,
    parse: oneOf(FORMATS)
  }),
  output: option({
    value: "FILE",
    short: "o",
    about: "Write a file, which is there whole or not at all",
    otherwise: "the terminal or pipe",
    parse: text
  }),
  rows: optionOr("40", {
    value: "N",
    about: "Rows that a table shows, or all; the other formats have all rows",
    parse: (words) =>
      words === "all"
        ? undefined
        : /^\d+$/.test(words)
          ? atLeastOne(words)
          : wanted("must be an integer, at least 1, or all")
  }),
  timeout: optionOr("10m", {
    value: "AGE",
    about: "Stop after so much work; waiting for the reader does not count",
    parse: timeout
  }),
  memory: optionOr("1GB", {
    value: "SIZE",
    about: "Memory for the query, which spills to the disk beyond it",
    parse: bytes(MEMORY_MIN)
  }),
  tempLimit: optionOr("10GB", {
    value: "SIZE",
    about: "Disk that the query may spill to",
    parse: bytes(SPILL_MIN)
  })
}

export type Values = ValuesOf<typeof options>

export const query = program({
  name: "query",
  group: "Look",
  summary: "Answer SQL over the recorded tables; reads only",
  description:
    "One statement of DuckDB's SQL that reads: SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN. The prompt has history, completion (Tab) and .help; Ctrl-C stops a statement. $NAME in the SQL is a parameter: its value becomes what it is compared with, or else a number, a time or true or false if it reads as one, or else text. Prices are in cents, counts in contracts, times in UTC. On a terminal a table fits the screen; in a pipe every cell is whole. Numbers in JSON keep every digit, also beyond 2^53. Tables: " +
    `${publicTables.map(({ name }) => name).join(", ")}.`,
  examples: [
    { command: 'query "SHOW TABLES" --data-dir demo-data', about: "what there is to ask about" },
    {
      command: 'query "DESCRIBE markets" --data-dir demo-data',
      about: "columns of a table, and their types"
    },
    {
      command: 'query "SELECT ticker, count(*) FROM trades GROUP BY 1 ORDER BY 2 DESC" --data-dir demo-data',
      about: "the busiest markets"
    },
    {
      command: "query 'FROM trades WHERE ticker = $ticker' -p ticker=KXFED-26DEC-T4.00 --data-dir demo-data",
      about: "values that are not pasted into the SQL"
    },
    {
      command: 'query "FROM settlements" -o settlements.parquet --data-dir demo-data',
      about: "rows for pandas, polars or R"
    }
  ],
  options,
  argument: optionalArgument(
    "SQL",
    "One statement of DuckDB SQL; - reads it from a pipe. Without any, a pipe is read, and a terminal gets a prompt",
    text
  ),
  load: () => import("../commands/query.ts")
})
