import { hash } from 'node:crypto'
import type { Chain } from '../audit/event.ts'
import { AwsFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Grant, MappingResult } from '../mapping/grant.ts'
import { type Connected, takesPasswords } from '../connectors/connected.ts'
import type { AssumedIdentity, PermittedGrant } from '../sessions/federate.ts'
import type { Revocations } from '../sessions/revocations.ts'
import { buildPasswordAssume, type PasswordAssumed, type PasswordAssumeInput, type PasswordPorts } from './password-assume.ts'
import { provePassword } from './prove-password.ts'
import { type EventPorts, identityChain, type Origin, recordSignIn } from './sign-in-event.ts'
import { SignInRefusal } from './sign-in-refusal.ts'

export interface SignInPorts extends EventPorts, PasswordPorts {
  readonly ids: Ids
  readonly revocations: Pick<Revocations, 'endsSignIn'>
  /** How long a sign-in at the portal counts. */
  readonly lifetimeSeconds: number
}

/** A grant as the portal shows it; `id` is stable for rule, role and session name, and says nothing else. */
export interface Choice extends PermittedGrant {
  readonly id: string
}

export interface Choices {
  readonly choices: readonly Choice[]
  readonly mapping: MappingResult
}

export interface PasswordInput extends Origin {
  readonly connector: string
  readonly username: string
  readonly password: string
  readonly signal?: AbortSignal
}

export interface CredentialsInput extends Origin {
  readonly identity: Identity
  readonly choice: string
  /** Seconds; absent: one hour, or the most that the grant allows when that is less. */
  readonly durationSeconds?: number
}

export interface SignIn {
  /** Ways in; with an account, only those that serve it. */
  ways(account?: string): readonly Connected[]
  /** Proves a person and finds their roles, or throws SignInRefusal. One audit event either way. */
  password(input: PasswordInput): Promise<{ readonly identity: Identity } & Choices>
  /** As `choices`, for a person who was proved just now; notes the way in `chain`. Throws SignInFault `no-grants`. */
  enter(identity: Identity, chain: Chain, origin: Origin): Promise<Choices>
  /** The roles of a person who is signed in, by today's mappings, for the request that asks. Throws SignInRefusal `attempt-ended` once the sign-in is too old. */
  choices(identity: Identity, origin: Origin): Promise<Choices>
  endsAt(identity: Identity): Date
  /** Credentials for one of `choices`. Throws SignInRefusal. One audit event either way. */
  credentials(input: CredentialsInput): Promise<AssumedIdentity & { readonly choice: Choice }>
  signedOut(identity: Identity, origin: Origin): void
  /** The wire's road: AssumeRoleWithLDAPIdentity. Throws AwsFault. */
  readonly assume: (input: PasswordAssumeInput) => Promise<PasswordAssumed>
}

const defaultDurationSeconds = 3600

/** The use cases of people. Express and the wire stand before it; directories, mappings and trust behind it. */
export function buildSignIn(ports: SignInPorts): SignIn {
  const { upstreams, clock, tries, federation } = ports
  const ways = (account?: string) =>
    upstreams().filter(({ accounts }) => account === undefined || accounts.includes(account))
  const endsAt = ({ authenticatedAt, endsAt: end }: Identity) => new Date(Math.min(authenticatedAt.getTime() + ports.lifetimeSeconds * 1000, end?.getTime() ?? Infinity))

  const choices = async (identity: Identity, origin: Origin): Promise<Choices> => {
    // Also when its connector left the configuration: nobody stands behind the proof any more.
    const way = ways().find(({ id }) => id === identity.connector)
    if (endsAt(identity) <= clock.now() || !way) {
      throw refuse(ports, new SignInFault('attempt-ended', 'the sign-in is too old, or its connector is gone'), identityChain(identity), identity)
    }
    if (await ports.revocations.endsSignIn(identity, way.accounts)) {
      throw refuse(ports, new SignInFault('attempt-ended', 'the sign-in was revoked'), identityChain(identity), identity)
    }
    if (takesPasswords(way) && way.upstream.knows?.(identity) === false) {
      throw refuse(ports, new SignInFault('attempt-ended', 'the person is no longer in the file, or disabled there'), identityChain(identity), identity)
    }
    const mapping = ports.mappings().evaluate(identity)
    const permitted = await federation.permitted(identity, mapping.grants, origin)
    return { mapping, choices: permitted.map((one) => ({ ...one, id: choiceId(one.grant) })) }
  }

  const enter = async (identity: Identity, chain: Chain, origin: Origin): Promise<Choices> => {
    Object.assign(chain, identityChain(identity))
    const found = await choices(identity, origin)
    if (found.choices.length > 0) return found
    Object.assign(chain, { outcomes: found.mapping.outcomes })
    throw new SignInFault('no-grants', noGrantsDetail(found.mapping))
  }

  return {
    ways,
    endsAt,
    choices,
    assume: buildPasswordAssume(ports),

    enter,

    async password(input) {
      const { connector } = input
      return audited(ports, input, 'SignIn', { connector }, async (chain) => {
        const way = ways().filter(takesPasswords).find(({ id }) => id === connector)
        if (!way) throw new SignInFault('unknown-connector', 'no connector that takes passwords has this id')
        const identity = await provePassword(way, input, tries, ports.checkTimeoutMs)
        return { identity, ...await enter(identity, chain, input) }
      })
    },

    async credentials(input) {
      const { identity } = input
      return audited(ports, input, identity.protocol === 'saml' ? 'AssumeRoleWithSAML' : 'AssumeRoleWithLDAPIdentity', identityChain(identity), async (chain) => {
        const choice = (await choices(identity, input)).choices.find(({ id }) => id === input.choice)
        if (!choice) throw new SignInFault('grant-refused', 'the grant is not, or no longer, among the choices')
        Object.assign(chain, { rule: choice.grant.rule, role: choice.grant.roleArn, session: choice.grant.sessionName })
        const durationSeconds = input.durationSeconds ?? Math.min(defaultDurationSeconds, choice.maxDurationSeconds)
        const assumed = await federation.assumeWithIdentity({ identity, grant: choice.grant, durationSeconds, from: input })
        Object.assign(chain, { decision: assumed.decision })
        return { ...assumed, identity, choice }
      })
    },

    signedOut(identity, origin) {
      recordSignIn(ports, { name: 'SignOut', origin, identity, chain: identityChain(identity) })
    },
  }
}

/** Runs one sign-in and writes its one event (`quiet`: only when it is refused); whatever is thrown comes out as a SignInRefusal, or as the bug it is. */
export async function audited<T extends { readonly identity?: Identity; readonly claims?: AssumedIdentity['claims']; readonly quiet?: true }>(
  ports: EventPorts, origin: Origin, name: 'SignIn' | 'SignOut' | 'AssumeRoleWithLDAPIdentity' | 'AssumeRoleWithSAML', start: Chain, work: (chain: Chain) => Promise<T>,
): Promise<T> {
  const chain: Chain = { ...start }
  try {
    const done = await work(chain)
    if (!done.quiet) recordSignIn(ports, { name, origin, chain, ...(done.identity && { identity: done.identity }), ...(done.claims && { claims: done.claims }) })
    return done
  } catch (error) {
    const refusal = refusalOf(ports, error, chain)
    const code = refusal ? refusal.fault.code : 'InternalFailure'
    const message = refusal ? refusal.row.title : 'an unexpected error'
    recordSignIn(ports, { name, origin, chain: refusal?.chain ?? chain, error: { code, message } })
    throw refusal ?? error
  }
}

function refusalOf(ports: EventPorts, error: unknown, chain: Chain): SignInRefusal | undefined {
  if (error instanceof SignInRefusal) return error
  if (error instanceof SignInFault) return refuse(ports, error, chain)
  if (error instanceof AwsFault && error.status < 500) {
    return refuse(ports, new SignInFault('grant-refused', `${error.code}: ${error.message}`, { cause: error }), chain)
  }
  return undefined
}

function refuse({ ids }: EventPorts, fault: SignInFault, chain: Chain, identity?: Identity): SignInRefusal {
  const reference = ids.reference()
  return new SignInRefusal(fault, reference, { ...chain, reference, detail: fault.detail }, identity)
}

/** Stable for rule, role and session name. */
export function choiceId(grant: Grant): string {
  return hash('sha256', [grant.rule, grant.roleArn, grant.sessionName].join('\n'), 'base64url').slice(0, 22)
}

function noGrantsDetail({ grants, outcomes }: MappingResult): string {
  return grants.length === 0
    ? `${outcomes.length} rules tried, none granted a role`
    : `${grants.length} grants proposed, no role's trust policy allowed one`
}
