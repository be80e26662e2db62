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
  /** The deep link, when no page has that address. */
  readonly strayed?: string | undefined
}
