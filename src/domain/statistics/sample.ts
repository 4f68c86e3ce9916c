/**
 * Forecasts and their outcomes. Rows are columns of numbers, because a report has hundreds of thousands of rows and
 * goes over them a thousand times. Rows of one cluster (an event) may depend on each other; clusters do not.
 */

export interface Sample {
  /** The probability of YES that each forecast states, from 0 to 1. */
  readonly forecast: Float64Array
  /** 1 where YES came true, 0 where it did not. */
  readonly outcome: Float64Array
  /** The number of each row's cluster, from 0 to `clusters` - 1. */
  readonly cluster: Int32Array
  readonly clusters: number
}

export interface Row {
  readonly forecast: number
  readonly outcome: 0 | 1
  readonly cluster: string
}

/** Makes a sample of rows. Clusters are numbered in the order in which they first appear. */
export const sampleOf = (rows: ReadonlyArray<Row>): Sample => {
  const numbers = new Map<string, number>()
  const forecast = new Float64Array(rows.length)
  const outcome = new Float64Array(rows.length)
  const cluster = new Int32Array(rows.length)
  for (const [i, row] of rows.entries()) {
    const number = numbers.get(row.cluster) ?? numbers.size
    if (number === numbers.size) numbers.set(row.cluster, number)
    forecast[i] = row.forecast
    outcome[i] = row.outcome
    cluster[i] = number
  }
  return { forecast, outcome, cluster, clusters: numbers.size }
}

/** Returns the element of a column that has one. Columns of a sample have the same length. */
export const at = (column: ArrayLike<number>, index: number): number => {
  const value = column[index]
  if (value === undefined) throw new RangeError(`there is no row ${index} among ${column.length}`)
  return value
}

/** Adds the values of each cluster's rows. */
export const sumByCluster = ({ cluster, clusters }: Sample, values: ArrayLike<number>): Float64Array => {
  const sums = new Float64Array(clusters)
  for (let i = 0; i < cluster.length; i++) {
    const number = at(cluster, i)
    sums[number] = at(sums, number) + at(values, i)
  }
  return sums
}
