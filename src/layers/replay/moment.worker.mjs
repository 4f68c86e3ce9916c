/**
 * The thread behind moment.ts. All that it reads is of one moment: it is read in one transaction. Plain
 * JavaScript, because Node 20 starts no TypeScript worker, neither under tsx nor under vitest.
 */
import { createHash } from "node:crypto"
import { parentPort, workerData } from "node:worker_threads"
import Database from "better-sqlite3"

const ROWS_A_BLOCK = 500

const { file, questions, tables } = workerData

const opened = () => {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  database.pragma("mmap_size = 1073741824")
  database.exec("BEGIN")
  // A deferred transaction has no moment before its first read.
  database.prepare("SELECT count(*) FROM sqlite_schema").get()
  return database
}

/** A version that knew nothing of a table has nothing in it. */
const answer = (database, { sql, table }) =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table) === undefined
    ? []
    : database.prepare(sql).all()

/** So many rows after the last, in the order of the key, whatever the key is made of, each as SQLite writes it in JSON. */
const digest = (database, { columns, key, name }) => {
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

try {
  const database = opened()
  const answers = questions.map(([name, question]) => [name, answer(database, question)])
  parentPort.postMessage({ answers: Object.fromEntries(answers) })
  parentPort.postMessage({ digests: new Map(tables.map((table) => [table.name, digest(database, table)])) })
} catch (error) {
  // An error of SQLite would arrive without its words.
  parentPort.postMessage({ error: { code: error.code, message: error.message } })
}
