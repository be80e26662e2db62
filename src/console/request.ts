import type { ActionReference } from '../policy/index.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import type { OpenConsole } from '../sign-in/console.ts'
import type { Params } from './address.ts'

/** The request for a page. Query and body return the single value of a name, or undefined. */
export interface PageRequest {
  readonly session: OpenConsole
  readonly facts: RequestFacts
  readonly params: Params
  readonly query: (name: string) => string | undefined
  readonly body: (name: string) => string | undefined
  /** Services, actions and condition keys: AWS's, and those of the session's account. */
  readonly reference: () => Promise<ActionReference>
  /** The deep link, when no page has that address. */
  readonly strayed?: string | undefined
}
