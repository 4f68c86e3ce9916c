/**
 * Prices in SQLite's `price_snapshots`.
 *
 * `price_rows` is keyed by (slot, market), so that slots append to it, and a market's history loops over the
 * slots and looks each up. Through the view, an ANALYZEd database would find the latest price by reading and
 * sorting all of the market's. So statements read the tables beneath it, by slot number and with CROSS JOIN,
 * which fixes the order of loops.
 */
import { DateTime, Effect, Layer, Stream } from "effect"
import { priceSlots, priceSnapshots } from "../../../domain/read/prices/table.ts"
import { momentText, secondUpTo } from "../../../domain/units/moment.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import { PriceRepository } from "../../../services/PriceRepository.ts"
import { Database } from "../database/Database.ts"
import { paginate } from "./keyset.ts"
import { recordsOf } from "./records.ts"
import * as Slots from "./slots.ts"

const records = recordsOf(priceSnapshots)

/** The statements alone, so that a test can ask SQLite for their plans. */
export const statements = (sql: Database["Type"]["sql"]) => {
  const ofMarket = sql.literal(`
    SELECT ${records.expressions}
    FROM market_numbers n
    CROSS JOIN price_slots t
    CROSS JOIN price_rows p ON p.slot = t.slot AND p.market = n.market
    CROSS JOIN price_pages o ON o.seq = p.seq
  `)
  const ofSlot = sql.literal(`
    SELECT ${records.expressions}
    FROM price_slots t
    CROSS JOIN price_rows p ON p.slot = t.slot
    CROSS JOIN market_numbers n ON n.market = p.market
    CROSS JOIN price_pages o ON o.seq = p.seq
  `)
  return {
    latest: (ticker: string) => sql`
      ${ofMarket} WHERE n.ticker = ${ticker} ORDER BY t.slot DESC LIMIT 1
    `,

    asOf: (ticker: string, slotMax: SlotSeconds, observedMax: string) => sql`
      ${ofMarket}
      WHERE n.ticker = ${ticker} AND t.slot <= ${slotMax} AND o.observed_at <= ${observedMax}
      ORDER BY t.slot DESC LIMIT 1
    `,

    between: (ticker: string, from: SlotSeconds, to: SlotSeconds, limit: number) => sql`
      ${ofMarket}
      WHERE n.ticker = ${ticker} AND t.slot >= ${from} AND t.slot < ${to}
      ORDER BY t.slot LIMIT ${limit}
    `,

    ofSlot: (slot: SlotSeconds, after: string, limit: number) => sql`
      ${ofSlot}
      WHERE t.slot = ${slot}
        AND p.market > coalesce((SELECT market FROM market_numbers WHERE ticker = ${after}), 0)
      ORDER BY p.market LIMIT ${limit}
    `
  }
}

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const select = statements(sql)
  const slots = Slots.make(sql, priceSlots)
  return PriceRepository.of({
    latest: (ticker) => records.first(select.latest(ticker)),

    asOf: (ticker, moment) => records.first(select.asOf(ticker, secondUpTo(moment), momentText(moment))),

    between: (ticker, range, paging) => {
      const { from, to } = Slots.slotsOf(range)
      return paginate(
        {
          first: from,
          fetch: (next, limit) => records.all(select.between(ticker, next, to, limit)),
          keyOf: ({ snapshotTime }) => DateTime.toEpochMillis(snapshotTime) / 1000 + 1
        },
        paging
      )
    },

    ofSlot: (time, paging) => {
      const slot = Slots.slotAt(time)
      if (slot === undefined) return Stream.empty
      return paginate(
        {
          first: "",
          fetch: (after, limit) => records.all(select.ofSlot(slot, after, limit)),
          keyOf: ({ ticker }) => ticker
        },
        paging
      )
    },

    slots: slots.all,
    lastSlot: slots.last
  })
})

export const layer = Layer.effect(PriceRepository, make)
