import { main } from "./cli/main.ts"
import { chart } from "./definitions/chart.ts"

await main(chart)
