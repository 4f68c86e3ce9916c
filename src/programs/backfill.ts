import { main } from "./cli/main.ts"
import { backfill } from "./definitions/backfill.ts"

await main(backfill)
