import { main } from "./cli/main.ts"
import { exportCsv } from "./definitions/export.ts"

await main(exportCsv)
