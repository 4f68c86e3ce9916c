/**
 * The meanings of a table's columns, by name: what a value is, with its unit where its kind does not tell it, and what
 * NULL means where it is more than "not sent". They are written in Markdown, of which only `code` and **bold** is used.
 */
import type { View } from "../view.ts"

/** A view has a meaning for each column that it shows. */
export type Meanings<Table = unknown> =
  Table extends View<infer Shown>
    ? Readonly<Record<keyof Shown & string, string>>
    : Readonly<Record<string, string>>

/** Returns a meaning without the marks of Markdown, for comments in a database and for terminals. */
export const plain = (meaning: string): string => meaning.replace(/\*\*|`/g, "")
