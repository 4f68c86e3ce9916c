/** The style of a page: that of a paper, on a screen of any width, in the dark, and in print. */
import { DARK_VARIABLES, LIGHT_VARIABLES } from "./colours.ts"

const SANS = `system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif`

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT_VARIABLES} }
@media (prefers-color-scheme: dark) { :root { ${DARK_VARIABLES} } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, "Liberation Serif", serif }
main { max-width: 48rem; margin: 0 auto; padding: 3rem 1.5rem 4rem }
h1 { font-size: 1.85rem; line-height: 1.2; margin: 0 0 .6rem; font-weight: 600; text-wrap: balance; overflow-wrap: break-word }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 3rem 0 .5rem; font-weight: 600 }
h3 { font: 600 .8rem/1.4 ${SANS}; margin: 1.6rem 0 .3rem; color: var(--muted) }
p { margin: .6rem 0 }
a { color: inherit }
.question { font-style: italic; font-size: 1.1rem; margin: 0 0 1rem }
.settings, .foot, .method, nav, figcaption, table, details, .count { font-family: ${SANS}; font-size: .82rem; line-height: 1.5 }
.settings { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; margin: 0; padding: .5rem 0; border: solid var(--rule); border-width: 1px 0; color: var(--muted) }
.settings div { display: flex; gap: .4rem } .settings dt::after { content: ":" } .settings dd { margin: 0; color: var(--ink) }
nav { margin: 1rem 0 0 } nav ol { margin: 0; padding: 0; list-style: none; columns: 2; column-gap: 2rem } nav li { padding: .1rem 0; break-inside: avoid }
figure { margin: 1.6rem 0 1.2rem }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto }
figure .narrow { display: none }
figcaption { margin-top: .5rem; color: var(--muted) } figcaption strong { color: var(--ink); font-weight: 600 }
.scroll { overflow-x: auto; margin: 1.2rem 0 }
table { border-collapse: collapse; min-width: 100%; font-variant-numeric: tabular-nums lining-nums; border: solid var(--ink); border-width: 1.5px 0 }
caption { text-align: left; padding-bottom: .4rem; color: var(--muted) } caption strong { color: var(--ink); font-weight: 600 }
th, td { padding: .22rem .75rem .22rem 0; text-align: left; vertical-align: baseline }
.dense { font-size: .7rem } .dense th, .dense td { padding-right: .45rem }
tr > :last-child, .dense tr > :last-child { padding-right: 0 }
thead th { font-weight: 600; border-bottom: 1px solid var(--ink); vertical-align: bottom; line-height: 1.3 }
tbody tr + tr > * { border-top: 1px solid var(--rule) }
tbody th { font-weight: normal; white-space: nowrap } tbody th.text { white-space: normal; min-width: 9rem }
.dense th.name { white-space: normal }
.number { text-align: right } td { white-space: nowrap } td.text { white-space: normal; min-width: 9rem }
.count { color: var(--muted); margin: .3rem 0 0 }
details { margin-top: .4rem; color: var(--muted) } summary { cursor: pointer }
pre { max-height: 16rem; overflow: auto; border: 1px solid var(--rule); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .72rem }
.foot { margin-top: 3.5rem; padding-top: .8rem; border-top: 1.5px solid var(--ink) }
.foot table { min-width: 0; border: 0; margin: .3rem 0 } .foot h2 { font: 600 .95rem/1.4 ${SANS}; margin: 1.2rem 0 .2rem }
code { font: .92em ui-monospace, "SF Mono", Menlo, "Liberation Mono", monospace; overflow-wrap: anywhere }
@media (max-width: 640px) {
  body { font-size: 16px } main { padding: 1.5rem 1rem 3rem } h1 { font-size: 1.45rem } nav ol { columns: 1 }
  figure .wide { display: none } figure .narrow { display: block }
  tr > :first-child { position: sticky; left: 0; background: var(--paper) } tbody th.name { white-space: normal } tbody th.text { min-width: 0 } td.long { min-width: 18rem }
}
@media print {
  :root { color-scheme: light; ${LIGHT_VARIABLES} --paper: #ffffff }
  @page { margin: 18mm }
  body { font-size: 10.5pt } main { max-width: none; padding: 0 } nav, details { display: none }
  figure .wide { display: block } figure .narrow { display: none }
  figure, thead, tr { break-inside: avoid } thead { display: table-header-group } h2, h3, caption { break-after: avoid } .scroll { overflow: visible } table { font-size: 7.5pt } .dense { font-size: 6.5pt } td.text, tbody th { white-space: normal }
}
`
