import { main } from "./cli/main.ts"
import { demo } from "./definitions/demo.ts"

await main(demo)
