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
  const cluster = Int32Array.from(rows, (row) => {
    const number = numbers.get(row.cluster) ?? numbers.size
    numbers.set(row.cluster, number)
    return number
  })
  return {
    forecast: Float64Array.from(rows, (row) => row.forecast),
    outcome: Float64Array.from(rows, (row) => row.outcome),
    cluster,
    clusters: numbers.size
  }
}

export const sizeOf = (sample: Sample): number => sample.forecast.length

/** Returns the element of a column that has one. Columns of a sample have the same length. */
export const at = (column: ArrayLike<number>, index: number): number => {
  const value = column[index]
  if (value === undefined) throw new RangeError(`there is no row ${index} among ${column.length}`)
  return value
}

/** Returns the mean of a column, NaN if it is empty. */
export const mean = (column: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < column.length; i++) sum += at(column, i)
  return sum / column.length
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
