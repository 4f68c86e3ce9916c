import { main } from "./cli/main.ts"
import { completion } from "./definitions/completion.ts"

await main(completion)
