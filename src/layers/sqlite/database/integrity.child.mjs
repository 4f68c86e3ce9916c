/**
 * The child process of integrity.ts. SQLite's check of a file takes as long as reading it and cannot be
 * cancelled from within the process. Written in plain JavaScript, like the other files that are started on
 * their own.
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
