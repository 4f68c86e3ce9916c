/** The types of the columns of answers, in DuckDB's words. */

export const TIME = "TIMESTAMP WITH TIME ZONE"

/** A price in cents, with the four digits that the exchange may send. */
export const CENTS = "DECIMAL(9,4)"

/** Half of the sum of two prices in cents, which has a digit more. */
export const HALF_CENTS = "DECIMAL(9,5)"

/** A number of contracts, of which fractions are traded, or of dollars. */
export const AMOUNT = "DECIMAL(18,6)"
