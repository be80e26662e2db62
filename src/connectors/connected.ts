import type { Upstream } from './connector.ts'
import type { Protocol } from '../kernel/identity.ts'

/** A connector as sign-in sees it: opened, with the words that people choose it by. */
export interface Connected {
  /** The connector's id in the configuration; also the NAME of its provider ARN. */
  readonly id: string
  readonly protocol: Protocol
  readonly label: string
  /** Accounts whose roles it may lead to. */
  readonly accounts: readonly string[]
  readonly upstream: Upstream
}

/** A connector that takes names and passwords. */
export type PasswordConnected = Connected & { readonly upstream: Extract<Upstream, { flow: 'password' }> }
/** A connector whose people come back with an assertion. */
export type SamlConnected = Connected & { readonly upstream: Extract<Upstream, { flow: 'saml' }> }

export const takesPasswords = (one: Connected): one is PasswordConnected => one.upstream.flow === 'password'
export const takesAssertions = (one: Connected): one is SamlConnected => one.upstream.flow === 'saml'
