import type { Chain } from '../audit/event.ts'
import type { SessionClaims } from '../credentials/claims.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import { UpstreamRefusal } from '../kernel/upstream-refusal.ts'
import { type EventPorts, recordSignIn, type SignInEvent } from './sign-in-event.ts'
import { SignInRefusal } from './sign-in-refusal.ts'

/** One step of a sign-in, for its event. */
export type Step = Pick<
  SignInEvent,
  'name' | 'origin' | 'chain' | 'protocol' | 'user' | 'additional' | 'identity'
>

/** What a step returns for its event. */
export interface Done {
  readonly identity?: Identity | undefined
  readonly claims?: SessionClaims | undefined
  /** What was asked for, as the event tells it. */
  readonly request?: unknown | undefined
  /** What was done, where that is another step than the one that is refused. */
  readonly name?: SignInEvent['name'] | undefined
  readonly additional?: SignInEvent['additional'] | undefined
  /** Writes an event only for a refusal, because a later step's event covers this one. */
  readonly quiet?: true | undefined
}

/**
 * Runs one step and writes its event; `work` adds to the chain what it finds, and may set the
 * step's `user` and `additional` until it returns or throws. Throws a SignInRefusal for every
 * refusal, and other errors unchanged.
 */
export async function audited<T extends Done>(
  ports: EventPorts,
  step: Step,
  work: (chain: Chain) => Promise<T>,
): Promise<T> {
  const chain: Chain = { ...step.chain }
  let done: T
  try {
    if (ports.audit.refuses(false)) throw unrecorded()
    done = await work(chain)
  } catch (error) {
    const refusal = refusalOf(ports, error, chain)
    const code = refusal ? refusal.fault.code : 'InternalFailure'
    const message = refusal ? refusal.row.title : 'an unexpected error'
    recordSignIn(ports, { ...step, chain: refusal?.chain ?? chain, error: { code, message } })
    throw refusal ?? error
  }
  if (done.quiet) return done
  const { identity, claims, request, name = step.name, additional = step.additional } = done
  recordSignIn(ports, { ...step, name, additional, chain, identity, claims, request })
  await ports.audit.durable()?.catch(() => {
    throw refusal(ports, unrecorded(), chain, identity)
  })
  return done
}

/** The fault when the event can't be recorded: the result of the step must not be used. */
function unrecorded(): SignInFault {
  return new SignInFault('unavailable', 'the audit trail can not be written')
}

function refusalOf(ports: EventPorts, error: unknown, chain: Chain): SignInRefusal | undefined {
  if (error instanceof SignInRefusal) return error
  if (error instanceof SignInFault) return refusal(ports, error, chain)
  if (error instanceof UpstreamRefusal) {
    const { signIn, detail, reference } = error
    const fault = new SignInFault(signIn, detail, { cause: error })
    return refusal({ ids: { reference: () => reference } }, fault, chain)
  }
  if (error instanceof AwsFault && error.status < 500) {
    const detail = `${error.code}: ${error.message}`
    return refusal(ports, new SignInFault('grant-refused', detail, { cause: error }), chain)
  }
  return undefined
}

/** A refusal with a new reference; `identity`: the person, if authenticated before the refusal. */
export function refusal(
  { ids }: { readonly ids: Pick<EventPorts['ids'], 'reference'> },
  fault: SignInFault,
  chain: Chain,
  identity?: Identity | undefined,
): SignInRefusal {
  const reference = ids.reference()
  return new SignInRefusal(
    fault,
    reference,
    { ...chain, reference, detail: fault.detail },
    identity,
  )
}
