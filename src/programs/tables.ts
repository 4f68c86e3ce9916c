import { main } from "./cli/main.ts"
import { tables } from "./definitions/tables.ts"

await main(tables)
