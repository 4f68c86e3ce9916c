/** asciichart ships no types; this is the part of it in use. */
declare module "asciichart" {
  const asciichart: {
    readonly plot: (series: Array<number>, config?: { readonly height?: number }) => string
  }
  export default asciichart
}
