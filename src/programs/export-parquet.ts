import { main } from "./cli/main.ts"
import { exportParquet } from "./definitions/export.ts"

await main(exportParquet)
