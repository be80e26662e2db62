import {
  type Connector,
  type PasswordConnector,
  takesPasswords,
} from '../../connectors/connector.ts'
import { parseArn } from '../../kernel/arn.ts'
import { commonFault } from '../../kernel/aws-fault.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Ids } from '../../kernel/ids.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Grant, MappingResult } from '../../mapping/grant.ts'
import type { AssumeWithPassword, Note } from '../../sessions/assumption.ts'
import type { Federation } from '../../sessions/federate.ts'
import { givenBy } from '../../sessions/issue-upstream.ts'
import { type PasswordPorts, provePassword } from '../prove-password.ts'
import { grantChain, identityChain } from '../sign-in-event.ts'
import { refusalOnWire } from './refusal-on-wire.ts'

export interface Ports extends PasswordPorts {
  readonly mappings: () => { evaluate(identity: Identity): MappingResult }
  readonly federation: Federation
  readonly ids: Pick<Ids, 'reference'>
}

/**
 * AssumeRoleWithLDAPIdentity: applies the limits and checks of the sign-in page, the grants of the
 * mapping, and the role's trust policy.
 */
export function createAssume(ports: Ports): AssumeWithPassword {
  return async (request, note) => {
    const { roleArn, durationSeconds, layer, from } = request
    const connector = chooseConnector(ports.connectors(), request.providerName)
    if (roleArn !== undefined && parseArn(roleArn)?.service !== 'iam')
      throw commonFault('ValidationError', `${roleArn} is invalid`)
    note({ connector: connector.id })
    try {
      const { username, password } = request
      const { sourceAddress } = from
      const identity = await provePassword(connector, { username, password, sourceAddress }, ports)
      note(identityChain(identity))
      const grant = await chooseGrant(ports, identity, request, note)
      note(grantChain(grant))
      const assumed = await ports.federation.assumeWithIdentity({
        identity,
        grant,
        from,
        durationSeconds,
        layer,
      })
      note({ decision: assumed.decision, ...givenBy(assumed) })
      return { ...assumed, provider: connector.id, passwordEnd: identity.passwordEnd }
    } catch (error) {
      if (!(error instanceof SignInFault)) throw error
      const { title, next } = error.row
      throw refusalOnWire(error, `${title}. ${next}`, ports.ids, note)
    }
  }
}

/**
 * Refuses to choose between several connectors: a password is never tried on two directories, so
 * the call must name one.
 */
function chooseConnector(
  all: readonly Connector[],
  providerName: string | undefined,
): PasswordConnector {
  const serving = all.filter(takesPasswords)
  if (providerName === undefined) {
    if (serving.length === 1) return serving[0]!
    throw commonFault(
      'ValidationError',
      serving.length === 0
        ? 'No provider serves AssumeRoleWithLDAPIdentity.'
        : 'ProviderName is required: more than one provider serves AssumeRoleWithLDAPIdentity.',
    )
  }
  const named = serving.find(({ id }) => id === providerName)
  if (!named)
    throw commonFault(
      'ValidationError',
      'ProviderName names no provider that serves AssumeRoleWithLDAPIdentity.',
    )
  return named
}

async function chooseGrant(
  { mappings, federation }: Ports,
  identity: Identity,
  { roleArn, from }: Parameters<AssumeWithPassword>[0],
  note: Note,
): Promise<Grant> {
  const { grants, outcomes } = mappings().evaluate(identity)
  if (roleArn !== undefined) {
    // The first rule in the file counts; federation decides whether the role exists and trusts the
    // person.
    const grant = grants.find((one) => one.roleArn === roleArn)
    if (grant) return grant
    note({ outcomes })
    throw new SignInFault('grant-refused', 'no rule grants the role that was asked for')
  }
  const permitted = await federation.permitted(identity, grants, from)
  const roles = new Set(permitted.map(({ grant }) => grant.roleArn))
  if (roles.size > 1)
    throw commonFault(
      'ValidationError',
      'RoleArn is required: more than one role is open to this identity.',
    )
  const only = permitted[0]?.grant
  if (only) return only
  note({ outcomes })
  throw new SignInFault('no-grants', 'no rule granted a role, or no trust policy allowed one')
}
