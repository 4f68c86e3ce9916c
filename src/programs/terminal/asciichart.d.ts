/** asciichart ships no types; this is the part of it in use. */
declare module "asciichart" {
  const asciichart: {
    readonly plot: (
      series: Array<number>,
      config?: {
        readonly height?: number
        /** Columns before the plot: the label takes one, however wide it is, and the axis another. */
        readonly offset?: number
        readonly format?: (value: number) => string
      }
    ) => string
  }
  export default asciichart
}
