import { main } from "./cli/main.ts"
import { collect } from "./definitions/collect.ts"

await main(collect)
