import { main } from "./cli/main.ts"
import { analyze } from "./definitions/analyze.ts"

await main(analyze)
