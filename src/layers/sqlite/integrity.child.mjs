/**
 * The process behind integrity.ts: SQLite's own check of a whole file takes as long as reading it, and cannot be
 * stopped from within. Plain JavaScript, as the other files that are started by themselves.
 */
import Database from "better-sqlite3"

const [file] = process.argv.slice(2)

const check = () => {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  return database.pragma("integrity_check(20)", { simple: false }).map((row) => row.integrity_check)
}

try {
  process.stdout.write(JSON.stringify({ found: check() }))
} catch ({ code, message }) {
  process.stdout.write(JSON.stringify({ error: { code, message } }))
}
