import type { Values } from '../../fields.ts'
import { nameInArn } from '../parts.ts'

/** Where the role is made. */
interface Place {
  readonly partition: string
  readonly account: string
}

type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The trust policy that the form's values ask for, indented. */
export function trustDocument(values: Values, place: Place): string {
  const { principal, actions, condition = {} } = statementOf(values, place)
  const statement = {
    Effect: 'Allow',
    Principal: principal,
    Action: actions.length === 1 ? actions[0] : actions,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)
}

interface Trust {
  readonly principal: Readonly<Record<string, string>>
  readonly actions: readonly string[]
  readonly condition?: Condition
}

function statementOf(values: Values, { partition, account }: Place): Trust {
  switch (values.Trusted) {
    case 'service':
      return { principal: { Service: values.Service ?? '' }, actions: ['sts:AssumeRole'] }
    case 'saml':
      return {
        principal: { Federated: values.SamlProvider ?? '' },
        actions: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        condition: equals('StringEquals', { 'SAML:aud': values.SamlAudience }),
      }
    case 'oidc':
      return oidcTrust(values)
    case 'directory': {
      const provider = `${values.ConnectorKind}-provider/${values.Connector}`
      return {
        principal: { Federated: `arn:${partition}:iam::${account}:${provider}` },
        actions: ['sts:AssumeRoleWithLDAPIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
      }
    }
    default:
      return {
        principal: { AWS: `arn:${partition}:iam::${values.Account}:root` },
        actions: ['sts:AssumeRole'],
        condition: {
          ...equals('StringEquals', { 'sts:ExternalId': values.ExternalId }),
          ...equals('Bool', {
            'aws:MultiFactorAuthPresent': values.NeedsMfa === 'true' ? 'true' : '',
          }),
        },
      }
  }
}

/** The keys of an issuer begin with its address, as its ARN has it. */
function oidcTrust({ OidcProvider = '', Audience, Subject = '' }: Values): Trust {
  const issuer = nameInArn(OidcProvider)
  const isPattern = /[*?]/.test(Subject)
  const exact = { [`${issuer}:aud`]: Audience, ...(!isPattern && { [`${issuer}:sub`]: Subject }) }
  return {
    principal: { Federated: OidcProvider },
    actions: ['sts:AssumeRoleWithWebIdentity'],
    condition: {
      ...equals('StringEquals', exact),
      ...(isPattern && equals('StringLike', { [`${issuer}:sub`]: Subject })),
    },
  }
}

/** Leaves out what has no value, and the operator when nothing is left. */
function equals(operator: string, wanted: Readonly<Record<string, string | undefined>>): Condition {
  const given = Object.entries(wanted).filter((entry): entry is [string, string] => !!entry[1])
  return given.length === 0 ? {} : { [operator]: Object.fromEntries(given) }
}
