/**
 * Reads what finalized markets paid. Reading only; lists are streams of pages, as in MarketRepository.
 * A later final answer of the exchange may still replace a row.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { settlements } from "../domain/read/settlements/table.ts"
import type { Moment } from "../domain/units/moment.ts"
import type { Paging } from "./MarketRepository.ts"

/** A row of `settlements`. Prices and payouts are cents a contract, exact below a cent; times are UTC. */
export type SettlementRecord = RecordOf<typeof settlements>

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class SettlementRepository extends Context.Tag("kalshi-tape/SettlementRepository")<
  SettlementRepository,
  {
    readonly ofMarket: (ticker: string) => Effect.Effect<Option.Option<SettlementRecord>, StorageFailed>
    /**
     * The settlements at a moment or after it, by `settledAt`, then ticker. One whose time the exchange does not
     * send is in no such list.
     */
    readonly since: (moment: Moment, paging?: Paging) => Stream.Stream<SettlementRecord, StorageFailed>
  }
>() {}
