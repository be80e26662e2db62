import type { AwsFaultCode } from '../kernel/aws-fault.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { SignInCode } from '../kernel/sign-in-fault.ts'
import { UpstreamRefusal } from '../kernel/upstream-refusal.ts'
import type { UpstreamFault, UpstreamFaultCode } from '../upstream/upstream-fault.ts'

interface Row {
  readonly code: AwsFaultCode
  readonly signIn: SignInCode
  /** What the caller reads. */
  readonly message: string
  /** Whether the caller reads what the other side said too: it is about the caller's request. */
  readonly tells?: true
}
const refused = 'upstream-refused'
const misfit = 'upstream-misfit'
const unavailable = 'upstream-unavailable'
const notSetUp = 'The account behind this role and Gatehouse are not set up for each other.'
const noAnswer = 'The account behind this role does not answer.'

const rows: Readonly<Record<UpstreamFaultCode, Row>> = {
  refused: {
    code: 'AccessDenied',
    signIn: refused,
    message: 'The account behind this role does not let Gatehouse take it.',
  },
  'not-known': { code: 'ServiceUnavailable', signIn: misfit, message: notSetUp },
  'too-long': {
    code: 'ValidationError',
    signIn: 'upstream-too-long',
    message: 'The account behind this role does not give it for so long.',
    tells: true,
  },
  'too-large': {
    code: 'PackedPolicyTooLarge',
    signIn: misfit,
    message: 'The account behind this role does not take so many tags and policies.',
    tells: true,
  },
  'malformed-policy': {
    code: 'MalformedPolicyDocument',
    signIn: misfit,
    message: 'The account behind this role does not take the session policy.',
    tells: true,
  },
  'region-disabled': {
    code: 'RegionDisabledException',
    signIn: misfit,
    message: 'STS is not activated there in the region of the settings.',
  },
  throttled: { code: 'Throttling', signIn: unavailable, message: 'Rate exceeded there.' },
  unavailable: { code: 'ServiceUnavailable', signIn: unavailable, message: noAnswer },
  'unfit-answer': { code: 'ServiceUnavailable', signIn: unavailable, message: noAnswer },
  busy: { code: 'Throttling', signIn: unavailable, message: 'Too many calls at once.' },
  unsupported: {
    code: 'ValidationError',
    signIn: misfit,
    message: 'The account behind this role can not hold to what this session carries.',
    tells: true,
  },
}

/** Who was refused what. */
export interface Taking {
  readonly account: string
  /** Name of the role. */
  readonly role: string
  /** Name of the session. */
  readonly session: string
}

/**
 * Turns what the other side did not give into what the caller and the person are told; writes the
 * reason to the operator's log under the same reference.
 */
export function upstreamRefusal(
  { ids, log }: { readonly ids: Pick<Ids, 'reference'>; readonly log: Log },
  taking: Taking,
  { code, message: detail, requestId }: UpstreamFault,
): UpstreamRefusal {
  const row = rows[code]
  const reference = ids.reference()
  log('upstream-refused', {
    ...{ reference, ...taking, reason: code, detail },
    ...(requestId !== undefined && { requestId }),
  })
  const message = row.tells ? `${row.message} (${detail})` : row.message
  return new UpstreamRefusal(row.code, message, { signIn: row.signIn, reference, detail })
}
