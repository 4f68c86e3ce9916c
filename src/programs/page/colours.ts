/**
 * The colours of a page, each for a light and for a dark background. Plots are drawn in the light ones, which a notebook
 * understands; in the page each becomes a variable of the style sheet, which knows both.
 */

interface Colour {
  readonly light: string
  readonly dark: string
}

export const COLOURS = {
  paper: { light: "#fffefb", dark: "#171614" },
  ink: { light: "#1c1b19", dark: "#e9e6df" },
  muted: { light: "#6b6862", dark: "#a5a199" },
  rule: { light: "#dcd8cf", dark: "#3d3a35" },
  // Okabe and Ito's colours, which people who confuse red and green can tell apart, at a contrast of 3 and more.
  series1: { light: "#0b62a4", dark: "#6cb4ee" },
  series2: { light: "#c4500a", dark: "#f39a5f" },
  series3: { light: "#007a5a", dark: "#4fc9a3" },
  series4: { light: "#a8457f", dark: "#e49ac6" },
  series5: { light: "#8a6a00", dark: "#dcbd4a" },
  series6: { light: "#1689a8", dark: "#7fd3e6" },
  series7: { light: "#5b4ea3", dark: "#b0a5f0" },
  series8: { light: "#55524c", dark: "#c4c0b7" },
  // From the least to the most. What is as it should be is quiet: near the paper, which the least is farthest from.
  heat1: { light: "#7d1d1a", dark: "#ffc2b5" },
  heat2: { light: "#c2502e", dark: "#ee7f52" },
  heat3: { light: "#e39a4b", dark: "#b9762f" },
  heat4: { light: "#f0d48a", dark: "#7d6a35" },
  heat5: { light: "#bcd9d2", dark: "#2c4f4d" }
} as const satisfies Readonly<Record<string, Colour>>

type ColourName = keyof typeof COLOURS

export const colour = (name: ColourName): string => COLOURS[name].light

export const SERIES: ReadonlyArray<string> = [
  COLOURS.series1,
  COLOURS.series2,
  COLOURS.series3,
  COLOURS.series4,
  COLOURS.series5,
  COLOURS.series6,
  COLOURS.series7,
  COLOURS.series8
].map(({ light }) => light)

export const HEAT: ReadonlyArray<string> = [
  COLOURS.heat1,
  COLOURS.heat2,
  COLOURS.heat3,
  COLOURS.heat4,
  COLOURS.heat5
].map(({ light }) => light)

const variables = (mode: keyof Colour): string =>
  Object.entries(COLOURS)
    .map(([name, shades]) => `--${name}: ${shades[mode]};`)
    .join(" ")

export const LIGHT_VARIABLES = variables("light")
export const DARK_VARIABLES = variables("dark")

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(COLOURS).map(([name, { light }]) => [light, name])
)

/** Replaces the light colours of an SVG by the variables of the style sheet. */
export const withVariables = (svg: string): string =>
  svg.replace(/\b(fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute: string, hex: string) => {
    const name = NAMES.get(hex)
    return name === undefined ? whole : `${attribute}="var(--${name})"`
  })
