/** Explains failures to load packages with native code, and says what to do about them. */

const ALLOWED = "--allow-scripts=better-sqlite3"

const REINSTALL = `npm install -g kalshi-tape ${ALLOWED}`

const PROBLEMS: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /Could not locate the bindings file/,
    `better-sqlite3 has no machine code: npm 12 runs no install script that was not allowed; install it again with ${ALLOWED} (\`${REINSTALL}\`, or in a checkout \`npm rebuild better-sqlite3\`)`
  ],
  [
    /compiled against a different Node\.js version/,
    `better-sqlite3 was compiled for another version of Node than this one, ${process.versions.node}; install it again with ${ALLOWED} (\`${REINSTALL}\`, or in a checkout \`npm rebuild better-sqlite3\`)`
  ],
  [
    /Cannot find (?:module|package) '@duckdb\/node-bindings-|Error loading duckdb native binding/,
    `DuckDB has no machine code for ${process.platform} on ${process.arch}; install again without \`--omit=optional\`, or on a system that DuckDB supports`
  ],
  [
    /Cannot find (?:module|package) '(?:better-sqlite3|@duckdb)/,
    `a package is missing; install again (\`${REINSTALL}\`)`
  ]
]

/** Returns the explanation, or `undefined` if the error is about something else. */
export const whyNotLoaded = (error: unknown): string | undefined => {
  const message = error instanceof Error ? error.message : String(error)
  return PROBLEMS.find(([pattern]) => pattern.test(message))?.[1]
}
