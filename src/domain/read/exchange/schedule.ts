/**
 * Whether trading was meant to go on at a moment, by the exchange's own schedule: an hour without a trade on
 * a Thursday night is no gap in the recording. The schedule's hours are New York's, its dates are moments.
 */
import { Either } from "effect"
import { newYorkTime } from "../../units/new-york.ts"
import { epochMillis } from "../../units/time.ts"
import { json, nullable, problem, shape, text, time, type WireProblem } from "../wire/shape.ts"

/** Whether a schedule has trading at a moment; `unknown` if none of its weeks covers it. */
export type Hours = "open" | "closed" | "maintenance" | "unknown"

/** Minutes of a clock in New York. A session that closes at or before its opening goes on past midnight. */
interface Session {
  readonly open: number
  readonly close: number
}

/** The time from its start up to, but not including, its end; seconds since the epoch. */
interface Span {
  readonly from: number
  readonly to: number
}

interface Week extends Span {
  /** Sessions by weekday, from Sunday on. */
  readonly days: ReadonlyArray<ReadonlyArray<Session>>
}

export interface Schedule {
  readonly weeks: ReadonlyArray<Week>
  readonly maintenance: ReadonlyArray<Span>
}

const MINUTES_OF_A_DAY = 24 * 60
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const

const session = shape({ open: ["open_time", text], close: ["close_time", text] })
const window = shape({ from: ["start_datetime", time], to: ["end_datetime", time] })
const week = shape({
  from: ["start_time", time],
  to: ["end_time", time],
  sunday: ["sunday", nullable(json)],
  monday: ["monday", nullable(json)],
  tuesday: ["tuesday", nullable(json)],
  wednesday: ["wednesday", nullable(json)],
  thursday: ["thursday", nullable(json)],
  friday: ["friday", nullable(json)],
  saturday: ["saturday", nullable(json)]
})

type Read<A> = Either.Either<A, WireProblem>

const readList = <A>(
  list: string | null | undefined,
  path: string,
  read: (item: unknown, path: string) => Read<A>
): Read<ReadonlyArray<A>> => {
  const items = Either.try((): unknown => JSON.parse(list ?? "[]"))
  return Either.isRight(items) && Array.isArray(items.right)
    ? Either.all(items.right.map((item, index) => read(item, `${path}[${index}]`)))
    : Either.left(problem(path, "a list", list))
}

const minuteOf = (clock: string, path: string): Read<number> => {
  const [, hours, minutes] = CLOCK.exec(clock) ?? []
  return hours === undefined
    ? Either.left(problem(path, "a time such as 03:00", clock))
    : Either.right(Number(hours) * 60 + Number(minutes))
}

const readSession = (item: unknown, path: string): Read<Session> =>
  Either.gen(function* () {
    const { close, open } = yield* session.decode(item, path)
    return {
      open: yield* minuteOf(open, `${path}.open_time`),
      // Midnight closes a day, and begins none: 00:00 to 00:00 is all of it.
      close: (yield* minuteOf(close, `${path}.close_time`)) || MINUTES_OF_A_DAY
    }
  })

const spanOf = (from: string, to: string): Span => ({
  from: epochMillis(from) / 1000,
  to: epochMillis(to) / 1000
})

const readWeek = (item: unknown, path: string): Read<Week> =>
  Either.gen(function* () {
    const { from, to, ...lists } = yield* week.decode(item, path)
    const days = yield* Either.all(WEEKDAYS.map((day) => readList(lists[day], `${path}.${day}`, readSession)))
    return { ...spanOf(from, to), days }
  })

const readWindow = (item: unknown, path: string): Read<Span> =>
  Either.map(window.decode(item, path), ({ from, to }) => spanOf(from, to))

/** Reads the two JSON texts of `exchange_schedule`, or returns the problem of one that has another form. */
export const readSchedule = (standardHours: string, maintenanceWindows: string | null): Read<Schedule> =>
  Either.gen(function* () {
    return {
      weeks: yield* readList(standardHours, "standard_hours", readWeek),
      maintenance: yield* readList(maintenanceWindows, "maintenance_windows", readWindow)
    }
  })

const within = (moment: number) => (span: Span) => span.from <= moment && moment < span.to

const trades = ({ days }: Week, weekday: number, minute: number): boolean => {
  const today = days[weekday] ?? []
  const yesterday = days[(weekday + 6) % 7] ?? []
  return (
    today.some(({ close, open }) => open <= minute && (close <= open || minute < close)) ||
    yesterday.some(({ close, open }) => close <= open && minute < close)
  )
}

/** Tells whether a schedule has trading at a moment, in seconds since the epoch. */
export const hoursAt = ({ maintenance, weeks }: Schedule, epochSeconds: number): Hours => {
  if (maintenance.some(within(epochSeconds))) return "maintenance"
  const current = weeks.filter(within(epochSeconds))
  if (current.length === 0) return "unknown"
  const { minute, weekday } = newYorkTime(epochSeconds)
  return current.some((one) => trades(one, weekday, minute)) ? "open" : "closed"
}
