import { main } from "./cli/main.ts"
import { maintain } from "./definitions/maintain.ts"

await main(maintain)
