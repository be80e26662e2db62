import type { Chain } from '../audit/event.ts'
import { parseArn } from '../kernel/arn.ts'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ids } from '../kernel/ids.ts'
import { SignInFault } from '../kernel/sign-in-fault.ts'
import type { Grant, MappingResult } from '../mapping/grant.ts'
import { type Connected, type PasswordConnected, takesPasswords } from '../connectors/connected.ts'
import type { AssumedIdentity, Federation } from '../sessions/federate.ts'
import { provePassword } from './prove-password.ts'
import { identityChain, type Origin } from './sign-in-event.ts'
import { SignInRefusal, wireFault } from './sign-in-refusal.ts'
import type { Tries } from './tries.ts'

export interface PasswordAssumeInput extends Origin {
  readonly username: string
  readonly password: string
  readonly providerName?: string
  readonly roleArn?: string
  readonly policy?: string
  readonly policyArns?: readonly string[]
  readonly durationSeconds?: number
}

export type PasswordAssumed = AssumedIdentity & { readonly identity: Identity; readonly chain: Chain }

/** What a sign-in by password needs, on the wire as on the page. */
export interface PasswordPorts {
  readonly upstreams: () => readonly Connected[]
  readonly mappings: () => { evaluate(identity: Identity): MappingResult }
  readonly federation: Federation
  readonly tries: Tries
  /** One password check takes no longer. */
  readonly checkTimeoutMs: number
  readonly ids: Ids
}

/**
 * AssumeRoleWithLDAPIdentity behind the wire. Throws AwsFault; where a sign-in was refused, its cause is a SignInRefusal
 * with the chain, because the one audit event of a wire call is the dispatcher's.
 */
export function buildPasswordAssume(ports: PasswordPorts): (input: PasswordAssumeInput) => Promise<PasswordAssumed> {
  return async (input) => {
    const way = chooseWay(ports.upstreams(), input.providerName)
    if (input.roleArn !== undefined && parseArn(input.roleArn)?.service !== 'iam') {
      throw commonFault('ValidationError', `${input.roleArn} is invalid`)
    }
    const chain: Chain = { connector: way.id }
    try {
      const identity = await provePassword(way, input, ports.tries, ports.checkTimeoutMs)
      Object.assign(chain, identityChain(identity))
      const mapping = ports.mappings().evaluate(identity)
      const grant = await chooseGrant(ports, identity, mapping, input, chain)
      Object.assign(chain, { rule: grant.rule, role: grant.roleArn, session: grant.sessionName })
      const { durationSeconds, policy, policyArns } = input
      const assumed = await ports.federation.assumeWithIdentity({
        identity, grant, from: input, ...(durationSeconds !== undefined && { durationSeconds }), ...(policy !== undefined && { policy }), ...(policyArns && { policyArns }),
      })
      return { ...assumed, identity, chain: { ...chain, decision: assumed.decision } }
    } catch (error) {
      if (!(error instanceof SignInFault)) throw error
      const reference = ports.ids.reference()
      throw wireFault(new SignInRefusal(error, reference, { ...chain, reference, detail: error.detail }))
    }
  }
}

/** A password is never tried on two directories, so one must be named where several stand. */
function chooseWay(all: readonly Connected[], providerName: string | undefined): PasswordConnected {
  const ways = all.filter(takesPasswords)
  if (providerName === undefined) {
    if (ways.length === 1) return ways[0]!
    throw commonFault('ValidationError', ways.length === 0
      ? 'No provider serves AssumeRoleWithLDAPIdentity.'
      : 'ProviderName is required: more than one provider serves AssumeRoleWithLDAPIdentity.')
  }
  const way = ways.find(({ id }) => id === providerName)
  if (!way) throw commonFault('ValidationError', 'ProviderName names no provider that serves AssumeRoleWithLDAPIdentity.')
  return way
}

async function chooseGrant(
  { federation }: PasswordPorts, identity: Identity, mapping: MappingResult, input: PasswordAssumeInput, chain: Chain,
): Promise<Grant> {
  const { grants, outcomes } = mapping
  const { roleArn } = input
  if (roleArn !== undefined) {
    // The first rule of the file wins; whether the role exists or trusts the person is the federation's to decide.
    const grant = grants.find((one) => one.roleArn === roleArn)
    if (grant) return grant
    Object.assign(chain, { outcomes })
    throw new SignInFault('grant-refused', 'no rule grants the role that was asked for')
  }
  const permitted = await federation.permitted(identity, grants, input)
  const roles = new Set(permitted.map(({ grant }) => grant.roleArn))
  if (roles.size > 1) throw commonFault('ValidationError', 'RoleArn is required: more than one role is open to this identity.')
  const only = permitted[0]?.grant
  if (only) return only
  Object.assign(chain, { outcomes })
  throw new SignInFault('no-grants', 'no rule granted a role, or no trust policy allowed one')
}
