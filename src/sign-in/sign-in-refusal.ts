import type { Chain } from '../audit/event.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import type { SignInFault, SignInRow } from '../kernel/sign-in-fault.ts'

/** A refused sign-in, already audited: what the person may see of it, and the whole chain for the wire's own event. */
export class SignInRefusal extends Error {
  readonly fault: SignInFault
  /** What the person reads out to the help desk. */
  readonly reference: string
  readonly chain: Chain
  /** Who it was, where that was proved before the road ended. */
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

/** Statuses of the codes that sign-in answers on the wire (STS API reference, "Errors"). */
const wireStatuses: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  IDPCommunicationError: 400,
  Throttling: 400,
  ExpiredTokenException: 400,
  ValidationError: 400,
}

/** The same refusal in STS's terms. `cause` stays the refusal, so that the caller can audit its chain. */
export function wireFault(refusal: SignInRefusal): AwsFault {
  const { sts, title, next } = refusal.row
  const message = `${title}. ${next} Reference ${refusal.reference}`
  return new AwsFault(sts, wireStatuses[sts] ?? 403, message, { cause: refusal })
}
