import { main } from "./cli/main.ts"
import { query } from "./definitions/query.ts"

await main(query)
