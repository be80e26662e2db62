import type { Chain } from '../audit/event.ts'
import type { Identity } from '../kernel/identity.ts'
import type { SignInFault, SignInRow } from '../kernel/sign-in-fault.ts'

/**
 * A refused sign-in that was recorded already: what the person may see of it, and the whole chain.
 */
export class SignInRefusal extends Error {
  readonly fault: SignInFault
  /** The reference that the person reads out to the help desk. */
  readonly reference: string
  readonly chain: Chain
  /** The person, if authenticated before the refusal. */
  readonly identity: Identity | undefined

  constructor(fault: SignInFault, reference: string, chain: Chain, identity?: Identity) {
    super(fault.message, { cause: fault })
    this.name = 'SignInRefusal'
    this.fault = fault
    this.reference = reference
    this.chain = chain
    this.identity = identity
  }

  get row(): SignInRow {
    return this.fault.row
  }
}
