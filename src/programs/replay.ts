import { main } from "./cli/main.ts"
import { replay } from "./definitions/replay.ts"

await main(replay)
