/**
 * The thread behind Snapshot.ts. It holds one read transaction from its first answer to its end, so every answer is
 * about the same moment. Plain JavaScript, because Node 20 starts no TypeScript worker, neither under tsx nor under
 * vitest.
 */
import { createHash } from "node:crypto"
import { parentPort, workerData } from "node:worker_threads"
import Database from "better-sqlite3"

const ROWS_A_BLOCK = 500

const opened = (file) => {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  // Reading the first gigabyte in place rather than page by page saves a tenth of the time.
  database.pragma("mmap_size = 1073741824")
  database.exec("BEGIN")
  // A deferred transaction has no moment before its first read.
  database.prepare("SELECT count(*) FROM sqlite_schema").get()
  return database
}

let database
const statements = new Map()
const cursors = new Map()

const prepared = (sql) => {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const statement = database.prepare(sql).raw()
  statements.set(sql, statement)
  return statement
}

const open = (sql, cursor) => {
  cursors.set(cursor, database.prepare(sql).raw().iterate())
}

const take = (cursor, count) => {
  const rows = []
  const iterator = cursors.get(cursor)
  while (rows.length < count) {
    const { done, value } = iterator.next()
    if (done) break
    rows.push(value)
  }
  return rows
}

/** So many rows after the last, in the order of the key, whatever the key is made of, each as SQLite writes it in JSON. */
const digest = ({ columns, key, name }) => {
  const order = key.join(", ")
  const block = database.prepare(`
    SELECT CAST(group_concat(line, char(10)) AS BLOB) AS lines, count(*) AS rows
    FROM (
      SELECT json_array(${columns.join(", ")}) AS line FROM ${name}
      WHERE (${order}) > (${key.map(() => "?").join(", ")}) ORDER BY ${order} LIMIT ${ROWS_A_BLOCK}
    )`)
  const places = key.map((column) => columns.indexOf(column))
  const hash = createHash("sha256")
  // Numbers sort before text in SQLite, and no number before this one.
  let last = key.map(() => Number.NEGATIVE_INFINITY)
  let rows = 0
  for (let full = true; full; ) {
    const read = block.get(last)
    full = read.rows === ROWS_A_BLOCK
    rows += read.rows
    if (read.rows > 0) hash.update(read.lines).update("\n")
    if (full) {
      // JSON writes a line feed within a text as two signs, so the last line begins after the last of them.
      const row = JSON.parse(read.lines.toString("utf8", read.lines.lastIndexOf("\n") + 1))
      last = places.map((place) => row[place])
    }
  }
  return { rows, sha256: hash.digest("hex") }
}

const answer = (question) => {
  database ??= opened(workerData.file)
  switch (question.kind) {
    case "all":
      return prepared(question.sql).all(...question.params)
    case "open":
      return open(question.sql, question.cursor)
    case "next":
      return take(question.cursor, question.count)
    case "digest":
      return digest(question.table)
  }
}

parentPort.on("message", ({ id, ...question }) => {
  try {
    parentPort.postMessage({ id, answer: answer(question) })
  } catch ({ code, message }) {
    parentPort.postMessage({ id, error: { code, message } })
  }
})
