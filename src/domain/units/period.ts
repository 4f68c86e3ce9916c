/**
 * The lengths of a candle, in minutes. A candle of an hour ends on the hour; a candle of a day ends at midnight
 * in New York.
 */
export const periods = [1, 60, 1440] as const

export type Period = (typeof periods)[number]
