import type { ActionReference } from '../policy/index.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import type { OpenConsole } from '../sign-in/console.ts'
import type { Params } from './address.ts'

/** Forms that are obeyed once, however often they are sent with the same values. */
export interface Once {
  /** The id of a new form. */
  fresh(): string
  /** Returns true the first time. An id that was never given out may be claimed too. */
  claim(id: string): Promise<boolean>
  /** For a part of what goes on by itself, whatever else was sent with it. */
  claimPart(id: string): Promise<boolean>
  /** For a form that was refused as a whole: it may be sent again. */
  release(id: string): Promise<void>
}

/** The request for a page. Query and body return the single value of a name, or undefined. */
export interface PageRequest {
  readonly session: OpenConsole
  readonly facts: RequestFacts
  readonly params: Params
  readonly query: (name: string) => string | undefined
  /** Every value of a name that the address repeats. */
  readonly queryAll: (name: string) => readonly string[]
  readonly body: (name: string) => string | undefined
  /** Services, actions and condition keys: AWS's, and those of the session's account. */
  readonly reference: () => Promise<ActionReference>
  /** Every value of a name that a form may repeat, in the order of the form. */
  readonly bodyAll: (name: string) => readonly string[]
  readonly once: Once
  /** Where browsers find this Gatehouse. */
  readonly publicUrl: URL
  /** The deep link, when no page has that address. */
  readonly strayed?: string | undefined
}
