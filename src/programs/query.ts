import { query } from "./commands/query.ts"
import { main } from "./main.ts"

main(query)
