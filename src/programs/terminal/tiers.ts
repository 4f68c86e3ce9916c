/** Formats the cold tiers of a status report for the terminal. */
import prettyBytes from "pretty-bytes"
import { epochMillis } from "../../domain/units/time.ts"
import type { TiersStatus } from "../../services/Status.ts"
import { age, count, plural } from "./output.ts"

const lakeWords = ({ hot, lake }: TiersStatus, now: number): string => {
  if (lake === null) return "nothing written yet"
  const hotFrom = hot.map(({ from }) => from).sort()[0]
  const kept = hotFrom === undefined ? "" : `; SQLite has rows since ${hotFrom.replace(/\.\d+Z$/, "Z")}`
  return `everything up to seq ${count(lake.seq)}, written ${age(Math.max(0, now - epochMillis(lake.flushedAt) / 1000))} ago; ${plural(lake.rows, "row")} in ${plural(lake.files, "file")} of ${prettyBytes(lake.bytes)}${kept}`
}

/** Returns the labels and texts of the lines about the lake, the archive and failures of maintenance. */
export const tierLines = (
  status: TiersStatus,
  now: number
): ReadonlyArray<readonly [label: string, text: string]> => {
  const { archive, maintenance } = status
  const failures = maintenance.flatMap(({ failure, finishedAt, step }) =>
    failure === null ? [] : [`${step} failed ${finishedAt.replace(/\.\d+Z$/, "Z")}: ${failure}`]
  )
  return [
    ["lake", lakeWords(status, now)],
    [
      "archive",
      archive === null
        ? "nothing sealed yet"
        : `${plural(archive.segments, "segment")} up to seq ${count(archive.lastSeq)}, ${prettyBytes(archive.bytes)} for answers of ${prettyBytes(archive.bodyBytes)}`
    ],
    ...failures.map((words) => ["maintain", words] as const)
  ]
}
