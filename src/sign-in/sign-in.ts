import type { Chain } from '../audit/event.ts'
import { ownerOfConnector } from '../audit/index/terms.ts'
import { type Connector, takesPasswords } from '../connectors/connector.ts'
import type { SessionLayer } from '../credentials/claims.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import { protocols } from '../kernel/protocol.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { MappingResult } from '../mapping/grant.ts'
import type { AssumedIdentity, Federation } from '../sessions/federate.ts'
import { givenBy } from '../sessions/issue-upstream.ts'
import type { Revocations } from '../sessions/revocations.ts'
import { defaultSessionSeconds } from '../sessions/session-duration.ts'
import { audited, refusal, type Step } from './audited.ts'
import { type Choice, choicesOf } from './choices.ts'
import type { OpenSessions } from './open-sessions.ts'
import type { OwnSessions } from './own-sessions.ts'
import { type PasswordPorts, provePassword } from './prove-password.ts'
import type { Rechecks } from './recheck/rechecks.ts'
import type { Standing } from './recheck/record.ts'
import {
  type EventPorts,
  grantChain,
  identityChain,
  type Origin,
  recordSignIn,
} from './sign-in-event.ts'
import { signInId, type Touches } from './touches.ts'
import { endOf, whyEnded } from './why-ended.ts'

export interface SignInPorts extends EventPorts, PasswordPorts {
  readonly ids: Ids
  readonly mappings: () => { evaluate(identity: Identity): MappingResult }
  readonly federation: Federation
  readonly revocations: Pick<Revocations, 'endOfSignIn' | 'endPerson'>
  /** How long a sign-in at the portal lasts. */
  readonly lifetimeSeconds: number
  readonly rechecks: Rechecks
  readonly openSessions: Pick<OpenSessions, 'begun' | 'gone' | 'isEnded'>
  readonly touches: Pick<Touches, 'raised'>
  readonly ownSessions: Pick<OwnSessions, 'note' | 'clear'>
  /**
   * A person without a role signs in for an app, or for a security key that opens one. Absent:
   * there are neither.
   */
  readonly apps?:
    | (() => { mayUseAny(identity: Identity): boolean; mayHaveKeys(identity: Identity): boolean })
    | undefined
}

export interface Choices {
  readonly choices: readonly Choice[]
  readonly mapping: MappingResult
}

export interface PasswordInput extends Origin {
  readonly connector: string
  readonly username: string
  readonly password: string
  readonly signal?: AbortSignal | undefined
}

export interface CredentialsInput extends Origin {
  readonly identity: Identity
  /** The id of a choice, or the ARN of a role: then the first rule in the file counts. */
  readonly choice: string
  /** Seconds; default: one hour, or the grant's limit if that is less. */
  readonly durationSeconds?: number | undefined
  /** Session policies of the request. */
  readonly layer?: SessionLayer | undefined
  /** What asks, for the audit event; absent: the portal. */
  readonly client?: string | undefined
  /**
   * For a console. That of an account behind a role ends with the credentials, so that they last as
   * long as the grant allows.
   */
  readonly forConsole?: true | undefined
}

export interface SignIn {
  /** All connectors; with an account, those that serve it. */
  connectors(account?: string): readonly Connector[]
  /**
   * Authenticates a person and finds the roles, or throws SignInRefusal. One audit event either
   * way.
   */
  password(input: PasswordInput): Promise<{ readonly identity: Identity } & Choices>
  /**
   * As `choices`, for a person who was authenticated just now; notes the connector in `chain`.
   * Throws SignInRefusal `no-grants` with the identity.
   */
  enter(identity: Identity, chain: Chain, origin: Origin): Promise<Choices>
  /**
   * The roles of a person who is signed in, by the current mappings and for this request. Throws
   * SignInRefusal with the reason once the sign-in has ended.
   */
  choices(identity: Identity, origin: Origin): Promise<Choices>
  endsAt(identity: Identity): Date
  /** False once the sign-in is too old, revoked, or the person or their connector is gone. */
  holds(identity: Identity): Promise<boolean>
  /** Issues credentials for one of `choices`. Throws SignInRefusal. One audit event either way. */
  credentials(input: CredentialsInput): Promise<AssumedIdentity & { readonly choice: Choice }>
  /**
   * Called once for a person who entered: names the sign-in, puts it on the list of open sessions,
   * and begins its checks where the connector looks people up again, by `secret` if the proof left
   * one. Returns the identity to keep.
   */
  begun(identity: Identity, origin: Origin, secret?: string | undefined): Promise<Identity>
  /**
   * The person as they are now, looked up again if that is due, and with the touch of a key if
   * there was one; or why the sign-in has ended.
   */
  current(identity: Identity, origin: Origin): Promise<Standing>
  signedOut(identity: Identity, origin: Origin): Promise<void>
  /** Ends every sign-in, console session and temporary credential of the person. */
  signOutEverywhere(identity: Identity, origin: Origin): Promise<void>
  /**
   * Likewise, because the person says that a sign-in was not theirs: the event `SignInDisputed`
   * tells the operator which. `at`: when it was, as the person was told.
   */
  dispute(identity: Identity, at: string, origin: Origin): Promise<void>
}

/**
 * Sign-in as people use it. Called by pages and by the wire; calls connectors, mappings and trust
 * policies.
 */
export function buildSignIn(ports: SignInPorts): SignIn {
  const connectors = (account?: string) =>
    ports.connectors().filter(({ accounts }) => account === undefined || accounts.includes(account))
  return {
    connectors,
    endsAt: (identity) => endOf(ports, identity),
    holds: async (identity) => (await whyEnded(ports, identity)) === undefined,
    choices: (identity, origin) => choicesNow(ports, identity, origin),
    enter: (identity, chain, origin) => enter(ports, identity, chain, origin),
    password: (input) => byPassword(ports, input),
    credentials: (input) => credentials(ports, input),
    begun: (identity, origin, secret) => begin(ports, named(ports, identity), origin, secret),
    async current(identity, origin) {
      if (await ports.openSessions.isEnded(signInId(identity))) return { ended: 'sign-in-revoked' }
      const standing = await ports.rechecks.current(identity, origin)
      return 'ended' in standing
        ? standing
        : { identity: await ports.touches.raised(standing.identity) }
    },
    async signedOut(identity, origin) {
      await ports.rechecks.forget(identity)
      await ports.openSessions.gone(signInId(identity))
      recordSignIn(ports, { name: 'SignOut', origin, identity, chain: identityChain(identity) })
    },
    signOutEverywhere: (identity, origin) =>
      endAll(ports, 'SignOut', { identity, origin, request: { everywhere: true } }),
    dispute: (identity, at, origin) =>
      endAll(ports, 'SignInDisputed', { identity, origin, request: { signedInAt: at } }),
  }
}

async function endAll(
  ports: SignInPorts,
  name: 'SignOut' | 'SignInDisputed',
  asked: { readonly identity: Identity; readonly origin: Origin; readonly request: object },
): Promise<void> {
  const { identity, origin, request } = asked
  const step: Step = { name, origin, chain: identityChain(identity) }
  await audited(ports, step, async () => {
    await ports.revocations.endPerson(identity, ports.clock.now())
    await ports.rechecks.forget(identity)
    await ports.openSessions.gone(signInId(identity))
    await ports.ownSessions.clear(identity)
    return { identity, request }
  })
}

function byPassword(ports: SignInPorts, input: PasswordInput) {
  const { connector } = input
  const found = ports.connectors().find(({ id }) => id === connector)
  const step: Step = {
    name: 'SignIn',
    origin: input,
    chain: { connector },
    protocol: found?.protocol,
  }
  return audited(ports, step, async (chain) => {
    if (!found || !takesPasswords(found))
      throw new SignInFault('unknown-connector', 'no connector that takes passwords has this id')
    const identity = named(ports, await provePassword(found, input, ports))
    const choices = await enter(ports, identity, chain, input)
    return { identity: await begin(ports, identity, input), ...choices }
  })
}

/** Begins the checks of a sign-in that has a name, and puts it on the list. */
async function begin(
  ports: SignInPorts,
  identity: Identity,
  origin: Origin,
  secret?: string | undefined,
): Promise<Identity> {
  const kept = await ports.rechecks.begin(identity, secret)
  const { connector, subject, username } = kept
  ports.openSessions.begun({
    ...{ kind: 'sign-in', id: signInId(kept), owner: ownerOfConnector(connector), origin },
    ...{ person: username, whose: { connector, subject }, until: endOf(ports, kept) },
  })
  return kept
}

function named({ ids }: SignInPorts, identity: Identity): Identity {
  return { ...identity, signIn: ids.opaque(16) }
}

async function enter(
  ports: SignInPorts,
  identity: Identity,
  chain: Chain,
  origin: Origin,
): Promise<Choices> {
  Object.assign(chain, identityChain(identity))
  const found = await choicesNow(ports, identity, origin)
  const { mayUseAny, mayHaveKeys } = ports.apps?.() ?? {}
  if (found.choices.length > 0 || mayUseAny?.(identity) || mayHaveKeys?.(identity)) return found
  Object.assign(chain, { outcomes: found.mapping.outcomes })
  throw refusal(ports, new SignInFault('no-grants', noGrantsDetail(found.mapping)), chain, identity)
}

async function choicesNow(
  ports: SignInPorts,
  identity: Identity,
  origin: Origin,
): Promise<Choices> {
  const ended = await whyEnded(ports, identity)
  if (ended) throw refusal(ports, ended, identityChain(identity), identity)
  const mapping = ports.mappings().evaluate(identity)
  const permitted = await ports.federation.permitted(identity, mapping.grants, origin)
  return { mapping, choices: choicesOf(permitted) }
}

function credentials(ports: SignInPorts, input: CredentialsInput) {
  const { identity } = input
  const step: Step = {
    name: protocols[identity.protocol].assume,
    origin: input,
    chain: identityChain(identity),
  }
  return audited(ports, step, async (chain) => {
    const { choices } = await choicesNow(ports, identity, input)
    const choice = choices.find(({ id, grant }) => [id, grant.roleArn].includes(input.choice))
    if (!choice)
      throw new SignInFault('grant-refused', 'the grant is not, or no longer, among the choices')
    const { grant, maxDurationSeconds, upstream } = choice
    Object.assign(chain, grantChain(grant))
    const usual =
      input.forConsole && upstream
        ? maxDurationSeconds
        : Math.min(defaultSessionSeconds, maxDurationSeconds)
    const assumed = await ports.federation.assumeWithIdentity({
      identity,
      grant,
      durationSeconds: input.durationSeconds ?? usual,
      layer: input.layer,
      from: input,
    })
    Object.assign(chain, { decision: assumed.decision, ...givenBy(assumed) })
    await noteTaken(ports, input, assumed)
    const request = input.client === undefined ? undefined : { client: input.client }
    return { ...assumed, identity, choice, request }
  })
}

/**
 * A console is on the list of open sessions. Credentials of another STS are its own: they can't be
 * ended here.
 */
async function noteTaken(
  { ownSessions }: SignInPorts,
  { identity, client, forConsole, ...from }: CredentialsInput,
  { claims, upstream }: AssumedIdentity,
): Promise<void> {
  if (upstream || forConsole) return
  const { accessKeyId, account, role, expiresAt: until } = claims
  const kind = client === undefined ? 'credentials' : 'program'
  await ownSessions.note(identity, { accessKeyId, kind, account, role: role?.name, until }, from)
}

function noGrantsDetail({ grants, outcomes }: MappingResult): string {
  return grants.length === 0
    ? `${outcomes.length} rules tried, none granted a role`
    : `${grants.length} grants proposed, no role's trust policy allowed one`
}
