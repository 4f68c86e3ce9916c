import { assert, describe, it } from "@effect/vitest"
import type { LoggedObservation } from "../../../../src/domain/observation.ts"
import { exchange } from "../../../../src/domain/read/exchange/projection.ts"
import * as tables from "../../../../src/domain/read/exchange/table.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"
import { observe, SLOT } from "../observe.ts"
import { scheduleBody, statusBody } from "../wire/other-bodies.ts"
import { rowsIn } from "./rows.ts"

const status = (body: unknown, but: Partial<LoggedObservation> = {}) =>
  observe(body, { endpoint: "GET /exchange/status", feed: "exchange", request: "/exchange/status", ...but })

const schedule = (body: unknown, but: Partial<LoggedObservation> = {}) =>
  observe(body, {
    endpoint: "GET /exchange/schedule",
    feed: "exchange",
    request: "/exchange/schedule",
    ...but
  })

const project = (observation: LoggedObservation) => {
  const { problems, rows } = exchange.project(new Reading(observation))
  return {
    paths: problems.map(({ path }) => path),
    rows: rows.reduce((sum, { rows }) => sum + rows.length, 0)
  }
}

describe("a row of exchange_status", () => {
  it("holds the status that the exchange sent in a slot", () => {
    assert.deepStrictEqual(rowsIn(exchange, "exchange_status_rows", status(statusBody())), [
      {
        slot: SLOT,
        snapshot_time: "2026-11-22T12:15:00Z",
        exchange_active: 1,
        trading_active: 0,
        intra_exchange_transfers_active: 1,
        estimated_resume_time: "2026-11-26T10:00:00.000000Z",
        index_statuses: '[{"exchange_index":0,"description":"Default","trading_active":false}]',
        observed_at: "2026-11-22T12:15:01.234567Z"
      }
    ])
  })

  it("has NULL for fields that an older answer lacks", () => {
    const old = { exchange_active: true, exchange_estimated_resume_time: null, trading_active: true }
    assert.deepInclude(rowsIn(exchange, "exchange_status_rows", status(old))[0], {
      intra_exchange_transfers_active: null,
      estimated_resume_time: null,
      index_statuses: null
    })
  })

  it("has the columns of the table that users see, after the number of its slot", () => {
    const [, ...columns] = exchange.tables[0]?.columns ?? []
    assert.deepStrictEqual(columns, Object.keys(tables.exchangeStatus.columns))
  })
})

describe("a row of exchange_schedule", () => {
  it("keeps the hours as the exchange sent them", () => {
    const [row = {}] = rowsIn(exchange, "exchange_schedule_rows", schedule(scheduleBody()))
    assert.strictEqual(row.exchange, "kalshi")
    assert.deepStrictEqual(JSON.parse(String(row.standard_hours)), [
      ...(scheduleBody().schedule as { standard_hours: ReadonlyArray<unknown> }).standard_hours
    ])
    assert.strictEqual(row.maintenance_windows, "[]")
  })
})

describe("in an outage", () => {
  it("a status in an answer with an HTTP error counts", () => {
    assert.deepStrictEqual(exchange.statuses, [200, 503, 504])
    const down = statusBody({ exchange_active: false, trading_active: false })
    const [row] = rowsIn(exchange, "exchange_status_rows", status(down, { status: 503 }))
    assert.deepInclude(row, { exchange_active: 0, trading_active: 0 })
  })

  it("an error page makes no row and no problem", () => {
    for (const body of ["<html>503</html>", "", { error: { code: "unavailable" } }]) {
      assert.deepStrictEqual(project(status(body, { status: 503 })), { paths: [], rows: 0 })
      assert.deepStrictEqual(project(schedule(body, { status: 504 })), { paths: [], rows: 0 })
    }
  })
})

describe("an answer of an unexpected form", () => {
  it("is a problem if its HTTP status is 200", () => {
    assert.deepStrictEqual(project(status({ status: "ok" })), { paths: ["body"], rows: 0 })
    assert.deepStrictEqual(project(status(statusBody({ trading_active: "yes" }))).paths, [
      "body.trading_active"
    ])
    assert.deepStrictEqual(project(schedule({ schedule: {} })).paths, ["schedule.standard_hours"])
    assert.deepStrictEqual(project(schedule({ hours: {} })).paths, ["body"])
  })

  it("is not read if it belongs to another endpoint", () => {
    assert.isFalse(exchange.reads(status({}, { endpoint: "GET /exchange/announcements" })))
  })
})
