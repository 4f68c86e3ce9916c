import { replay } from "./commands/replay.ts"
import { main } from "./main.ts"

main(replay)
