/** asciichart ships no types; this is the part of it in use. */
declare module "asciichart" {
  const asciichart: {
    readonly plot: (
      series: Array<number>,
      config?: {
        readonly height?: number
        /**
         * The number of columns before the plot. The label counts as one column, whatever its width, and the
         * axis as another.
         */
        readonly offset?: number
        readonly format?: (value: number) => string
      }
    ) => string
  }
  export default asciichart
}
