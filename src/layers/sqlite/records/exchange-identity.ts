/** Binds a data directory to one exchange. Two exchanges in one log could not be separated again. */
import { Effect } from "effect"
import { OtherExchange } from "../../../domain/errors.ts"
import { now } from "../../clock/now.ts"
import { Database, storage } from "../database/Database.ts"

export const claim = (options: {
  readonly dataDir: string
  readonly baseUrl: string
  readonly allowOther: boolean
}) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const recorded = yield* sql<{
      base_url: string
    }>`SELECT base_url FROM exchange ORDER BY first_recorded_at`
    const hosts = recorded.map(({ base_url }) => new URL(base_url).hostname)
    if (recorded.length > 0 && !hosts.includes(new URL(options.baseUrl).hostname) && !options.allowOther) {
      const { dataDir, baseUrl } = options
      return yield* new OtherExchange({
        dataDir,
        recorded: recorded.map((r) => r.base_url).join(", "),
        asked: baseUrl
      })
    }
    yield* sql`
      INSERT INTO exchange (base_url, first_recorded_at) VALUES (${options.baseUrl}, ${yield* now})
      ON CONFLICT (base_url) DO NOTHING
    `
  }).pipe(storage("claiming the data directory"))
