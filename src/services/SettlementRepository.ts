/**
 * Reads what finalized markets paid. Reading only; lists are streams of pages, as in MarketRepository.
 * A later final answer of the exchange may still replace a row.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Moment, Paging, SentTime } from "./MarketRepository.ts"

/** A row of `settlements`. Prices and payouts are cents a contract, exact below a cent; `null` is NULL. */
export interface SettlementRecord {
  readonly ticker: string
  /** The ticker of the market's event; `null` if no description had a readable one. */
  readonly eventTicker: string | null
  /** When the exchange says it settled; UTC. */
  readonly settledAt: SentTime
  /** `yes, no, scalar` or the empty string; an open set. */
  readonly result: string | null
  /** The last quoted bids. */
  readonly finalYesPrice: number | null
  readonly finalNoPrice: number | null
  readonly yesPayout: number | null
  readonly noPayout: number | null
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class SettlementRepository extends Context.Tag("kalshi-tape/SettlementRepository")<
  SettlementRepository,
  {
    readonly ofMarket: (ticker: string) => Effect.Effect<Option.Option<SettlementRecord>, StorageFailed>
    /**
     * Settled at a moment or after it, by `settledAt`, then ticker. A settlement whose time the exchange
     * does not say is in no such list.
     */
    readonly since: (moment: Moment, paging?: Paging) => Stream.Stream<SettlementRecord, StorageFailed>
  }
>() {}
