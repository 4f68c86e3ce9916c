import { exportParquet } from "./commands/export.ts"
import { main } from "./main.ts"

main(exportParquet)
