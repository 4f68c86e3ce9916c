/**
 * All series, or those with a category, a tag, or metadata changed since a time; one answer without pages.
 */

import { seriesUpdatedAt } from "../universe/fees.ts"
import { SECOND, type Us } from "../universe/instant.ts"
import type { Series } from "../universe/lanes.ts"
import { seriesDraft } from "./event-json.ts"

const wantsSeries = (params: URLSearchParams, at: Us): ((series: Series) => boolean) => {
  const category = params.get("category")
  const tags = params.get("tags")?.split(",")
  const since = params.get("min_updated_ts")
  return (series) =>
    (!category || series.kind.category === category) &&
    (tags === undefined || (series.kind.tags?.some((tag) => tags.includes(tag)) ?? false)) &&
    (!since || seriesUpdatedAt(series, at) >= Number(since) * SECOND)
}

export const seriesBody = (all: ReadonlyArray<Series>, params: URLSearchParams, at: Us): string => {
  const volume = params.get("include_volume") === "true"
  const series = all.filter(wantsSeries(params, at)).map((row) => seriesDraft(row, at, volume))
  return JSON.stringify({ series })
}
