import { exportCsv } from "./commands/export.ts"
import { main } from "./main.ts"

main(exportCsv)
