import type { PolicyKind } from './question.ts'

declare const parsed: unique symbol
/** A document that passed `parsePolicy`. There is no other way to make one. */
export type Policy = { readonly id: string; readonly kind: PolicyKind; readonly [parsed]: true }

/** An absent layer does not restrict; an empty one allows nothing. */
export interface Layers {
  readonly identity: readonly Policy[]
  readonly resource?: readonly Policy[]
  readonly trust?: readonly Policy[]
  readonly boundary?: readonly Policy[]
  /** Policies inside a layer unite, layers intersect. */
  readonly session?: readonly (readonly Policy[])[]
  readonly serviceControl?: readonly (readonly Policy[])[]
  readonly resourceControl?: readonly (readonly Policy[])[]
}
