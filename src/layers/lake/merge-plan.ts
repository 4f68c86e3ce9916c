/** Chooses the files of the lake that a compaction merges. */
import { Array as Arr } from "effect"
import type { LakeFile } from "./records.ts"

/** The most rows of a merged file, which bound the memory and the time of writing a file again. */
export const FILE_ROWS_MAX = 8_000_000

/** Files of one month of one table that become files of a day or a month. */
export interface Merge {
  readonly table: string
  readonly month: string
  readonly level: "day" | "month"
  readonly files: ReadonlyArray<LakeFile>
}

/** A month's file with fewer rows is merged with rows that come late. */
const isSmall = ({ rows }: LakeFile): boolean => rows < FILE_ROWS_MAX / 2

const mergeOf = (month: string, files: ReadonlyArray<LakeFile>, now: string) => {
  const hours = files.filter(
    ({ addedAt, level }) => level === "hour" && addedAt.slice(0, 10) < now.slice(0, 10)
  )
  if (month >= now.slice(0, 7)) return { level: "day" as const, files: hours }
  const days = files.filter(({ level }) => level === "day")
  const late = hours.length + days.length > 0
  const months = late ? files.filter((file) => file.level === "month" && isSmall(file)) : []
  return { level: "month" as const, files: [...hours, ...days, ...months] }
}

/**
 * Returns what is to be merged at a time: the hour files whose day of flush is over, into files of the day, and the
 * files of a month that is over, into files of the month. Days and months are those of UTC.
 */
export const mergesOf = (files: ReadonlyArray<LakeFile>, now: string): ReadonlyArray<Merge> => {
  const partitions = Arr.groupBy(
    files.filter(({ month }) => month !== null),
    ({ month, table }) => `${table} ${month}`
  )
  return Object.values(partitions).flatMap((group) => {
    const [{ month, table }] = group
    if (month === null) return []
    const merge = mergeOf(month, group, now)
    return merge.files.length === 0 ? [] : [{ table, month, ...merge }]
  })
}
