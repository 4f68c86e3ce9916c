/** The messages of a replay's worker process to its parent. */
import { LogDamaged, StorageFailed } from "../../domain/errors.ts"

/** A failure without its class and its stack, which do not survive the way between processes. */
type Failure =
  | {
      readonly tag: "StorageFailed"
      readonly operation: string
      readonly why: string
      readonly code?: string | undefined
    }
  | {
      readonly tag: "LogDamaged"
      readonly seq: number
      readonly why: string
      readonly segment?: string | undefined
    }

export type WorkerMessage =
  | { readonly kind: "progress"; readonly observations: number }
  | { readonly kind: "built"; readonly observations: number }
  | { readonly kind: "failed"; readonly failure: Failure }
  /** The worker has a bug. */
  | { readonly kind: "died"; readonly why: string }

export const failureOf = (error: StorageFailed | LogDamaged): Failure =>
  error._tag === "StorageFailed"
    ? { tag: error._tag, operation: error.operation, why: error.why, code: error.code }
    : { tag: error._tag, seq: error.seq, why: error.why, segment: error.segment }

export const errorOf = (failure: Failure): StorageFailed | LogDamaged =>
  failure.tag === "StorageFailed" ? new StorageFailed(failure) : new LogDamaged(failure)
