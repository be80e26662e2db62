import type { Turn } from '../../bulk.ts'
import type { Action, Call } from '../../call.ts'
import type { FieldRule, Values } from '../../fields.ts'
import type { Removal } from '../../removal.ts'
import type { words } from './words.ts'

export type AnyCall = Call<Action>
type Named = typeof words.doings

/** Something that can be done to each of the chosen. */
export interface Doing {
  readonly id: keyof Named
  /** What it needs to know. Fields that doings share are the same objects. */
  readonly fields: readonly FieldRule[]
  /** What it calls besides what is listed to choose from. */
  readonly calls: readonly Action[]
  /** It can't be taken back, so that the number of the chosen is asked for. */
  readonly isDanger?: true | undefined
  /** How many are done for one answer; absent: as many as of a doing of one call each. */
  readonly atOnce?: number | undefined
  /** What depends on one of them, to be told first. */
  removalOf?(call: AnyCall, name: string): Promise<Removal<Action>>
  turnOf(call: AnyCall, name: string, values: Values): Turn<Action> | Promise<Turn<Action>>
}

/** One task each, for the call that it is. */
export const eachOf = (
  names: readonly string[],
  said: (name: string) => string,
  run: (call: AnyCall, name: string) => Promise<unknown>,
): Turn<Action> => ({
  tasks: names.map((name) => ({
    words: said(name),
    run: async (call) => void (await run(call, name)),
  })),
})

export const one = (said: string, run: (call: AnyCall) => Promise<unknown>): Turn<Action> => ({
  tasks: [{ words: said, run: async (call) => void (await run(call)) }],
})
