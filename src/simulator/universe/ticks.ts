/**
 * Price grids. Inside the simulation a price is a whole number of ten-thousandths of a dollar (0 to 10,000)
 * and a count a whole number of hundredths of a contract. These are the finest steps of the exchange, so
 * nothing is rounded on the way to the wire.
 */
import type { PriceRange } from "../wire/wire.ts"

/** A price in ten-thousandths of a dollar: 690 is "0.0690". */
export type Price = number

/** A count in hundredths of a contract: 250 is "2.50". */
export type Count = number

/** The exchange sends "0.0000" for no bid and "1.0000" for no ask; the size "0.00" tells them from prices. */
export const NO_BID: Price = 0
export const NO_ASK: Price = 10_000

const tenThousandths = Array.from(
  { length: 10_001 },
  (_, n) => `${n === 10_000 ? "1" : "0"}.${(n % 10_000).toString().padStart(4, "0")}`
)

export const dollars = (price: Price): string => tenThousandths[price] ?? (price / 10_000).toFixed(4)

export const contracts = (count: Count): string => {
  const cents = count % 100
  return `${(count - cents) / 100}.${cents < 10 ? "0" : ""}${cents}`
}

interface Band {
  readonly from: Price
  readonly to: Price
  readonly step: Price
}

/** A named tick structure: the label that the exchange sends, and the bands that are the real grid. */
export interface Structure {
  readonly label: string
  readonly bands: ReadonlyArray<Band>
  readonly ranges: Array<PriceRange>
}

const structure = (label: string, ...bands: ReadonlyArray<Band>): Structure => ({
  label,
  bands,
  ranges: bands.map((band) => ({
    end: dollars(band.to),
    start: dollars(band.from),
    step: dollars(band.step)
  }))
})

const tapered = (label: string, edge: Price, middle: Price): Structure =>
  structure(
    label,
    { from: 0, to: 1000, step: edge },
    { from: 1000, to: 9000, step: middle },
    { from: 9000, to: 10_000, step: edge }
  )

export const LINEAR_CENT = structure("linear_cent", { from: 0, to: 10_000, step: 100 })
export const DECI_CENT = structure("deci_cent", { from: 0, to: 10_000, step: 10 })
export const TAPERED_DECI_CENT = tapered("tapered_deci_cent", 10, 100)
export const CENTI_CENT = tapered("center_centi_edge_centi_cent", 1, 1)
export const COMBO_CENT = tapered("center_deci_edge_centi_cent", 1, 10)

const stepAt = (grid: Structure, price: Price): Price => {
  for (const band of grid.bands) if (price < band.to) return band.step
  return 100
}

/** Returns the highest price of the grid that is not above this one. */
export const gridFloor = (grid: Structure, price: number): Price => {
  const step = stepAt(grid, price)
  return Math.floor(price / step) * step
}

/**
 * Returns the price that is a number of steps further up the grid. The size of each step is that of the band
 * where it starts.
 */
export const gridUp = (grid: Structure, price: Price, steps: number): Price => {
  let at = price
  for (let n = 0; n < steps; n++) at += stepAt(grid, at)
  return at
}

/** Returns the price that is a number of steps further down the grid, or zero at its end. */
export const gridDown = (grid: Structure, price: Price, steps: number): Price => {
  let at = price
  for (let n = 0; n < steps && at > 0; n++) at = gridFloor(grid, at - 1)
  return at
}
