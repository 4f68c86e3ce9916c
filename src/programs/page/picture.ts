/** A figure as a file of its own. */
import { Effect } from "effect"
import type { Figure } from "../../domain/reports/figure.ts"
import { DARK_VARIABLES, LIGHT_VARIABLES } from "./colours.ts"
import { escaped } from "./html.ts"
import { drawing, restartNumbering } from "./plot.ts"

const STYLE = `<style>:root { ${LIGHT_VARIABLES} } @media (prefers-color-scheme: dark) { :root { ${DARK_VARIABLES} } }</style>`

/** Draws a figure as an SVG that is readable on a light and on a dark background. */
export const pictureSvg = (figure: Figure): Effect.Effect<string> =>
  Effect.map(
    Effect.zipRight(restartNumbering, drawing(figure)),
    ({ wide }) =>
      `${wide.replace(/^(<svg [^>]*>)/, `$1<title>${escaped(figure.title)}</title><desc>${escaped(figure.caption)}</desc>${STYLE}`)}\n`
  )
