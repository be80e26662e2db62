import type { Refusal } from './problem-code.ts'
import type { Principal } from './question.ts'

export const principalKinds = ['AWS', 'Federated', 'Service', 'CanonicalUser'] as const
export type PrincipalKind = (typeof principalKinds)[number]

/** One principal of a Principal or NotPrincipal element. */
export interface PrincipalPattern {
  readonly text: string
  readonly kind: PrincipalKind | '*'
  /** The account, if the pattern stands for all of its principals. */
  readonly account?: string
  /** The unique id of the user or role that is meant: whoever else has the ARN is not. */
  readonly id?: string | undefined
}

const accountId = /^\d{12}$/
const iamArn = /^arn:[a-z][a-z0-9-]*:iam::(\d{12}):(root|user\/[\x21-\x7e]+|role\/[\x21-\x7e]+)$/
const roleSessionArn = /^arn:[a-z][a-z0-9-]*:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/
const federatedUserArn = /^arn:[a-z][a-z0-9-]*:sts::\d{12}:federated-user\/[\w+=,.@-]+$/
/** A CloudFront origin access identity, which S3's policies name (CloudFront developer guide). */
const originAccessIdentity =
  /^arn:[a-z][a-z0-9-]*:iam::cloudfront:user\/CloudFront Origin Access Identity [A-Z0-9]{1,32}$/
const providerArn =
  /^arn:[a-z][a-z0-9-]*:iam::\d{12}:(?:saml|oidc|ldap|file)-provider\/[\x21-\x7e]+$/
const domain = /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i
const canonicalUser = /^[0-9a-f]{64}$/i

/**
 * Parses one value, or says what is wrong with it. No partial wildcards (IAM user guide,
 * "Principal").
 */
export function parsePrincipal(kind: PrincipalKind, text: string): PrincipalPattern | Refusal {
  if (text === '*') {
    return kind === 'AWS'
      ? { text, kind: '*' }
      : {
          code: 'everybody-outside-aws',
          message: `\`*\` stands for everybody under AWS only, not under ${kind}`,
        }
  }
  if (/[*?]/.test(text))
    return {
      code: 'principal-wildcard',
      message:
        'a principal takes no wildcard but `*` for everybody; ' +
        'compare `aws:PrincipalArn` in a condition instead',
    }
  switch (kind) {
    case 'AWS': {
      if (accountId.test(text)) return { text, kind, account: text }
      if (roleSessionArn.test(text) || federatedUserArn.test(text)) return { text, kind }
      if (originAccessIdentity.test(text)) return { text, kind }
      const arn = iamArn.exec(text)
      if (!arn)
        return {
          code: 'bad-aws-principal',
          message:
            'an account id, or the ARN of an account root, user, role, role session or ' +
            'federated user',
        }
      return { text, kind, ...(arn[2] === 'root' && { account: arn[1]! }) }
    }
    case 'Federated':
      if (providerArn.test(text) || domain.test(text)) return { text, kind }
      return {
        code: 'bad-federated-principal',
        message: 'the ARN of an identity provider, or the domain of a web identity provider',
      }
    case 'Service':
      return domain.test(text)
        ? { text, kind }
        : {
            code: 'bad-service-principal',
            message: 'a service principal is a name such as ec2.amazonaws.com',
          }
    case 'CanonicalUser':
      return canonicalUser.test(text)
        ? { text, kind }
        : { code: 'bad-canonical-user', message: 'a canonical user id has 64 hexadecimal digits' }
  }
}

/**
 * How directly a statement names the principal, from the weakest to the strongest. It decides which
 * other layers limit the decision (IAM user guide, "Policy evaluation logic").
 */
export const strengths = ['account', 'role', 'user', 'session'] as const
export type Strength = (typeof strengths)[number]

/**
 * How one pattern names the principal; undefined when it does not. `*` names everybody as directly
 * as their own ARN would: a condition on `aws:PrincipalArn` beside it, which the guide calls
 * unlimited by boundary and session policy, could otherwise grant more than `*` without it. Persons
 * whom a provider authenticated are named by their provider only, so that a role for everybody
 * never trusts every directory.
 */
function strengthOf(pattern: PrincipalPattern, principal: Principal): Strength | undefined {
  const { text, kind, account } = pattern
  switch (principal.kind) {
    case 'federated':
      return kind === 'Federated' && text === principal.arn ? 'session' : undefined
    case 'service':
      return kind === '*' ||
        (kind === 'Service' && text.toLowerCase() === principal.arn.toLowerCase())
        ? 'session'
        : undefined
    case 'anonymous':
      return kind === '*' ? 'session' : undefined
    default:
      break
  }
  if (kind === '*') return 'session'
  if (kind !== 'AWS') return undefined
  if (account !== undefined) return account === principal.account ? 'account' : undefined
  if (pattern.id !== undefined) return strengthOfId(pattern, principal)
  if (text === principal.arn) return principal.kind === 'user' ? 'user' : 'session'
  return text === principal.roleArn || text === principal.userArn ? 'role' : undefined
}

/** A user or role is who has the id, whatever the ARN is now; a session has to be of that role. */
function strengthOfId(
  { text, id }: PrincipalPattern,
  { kind, arn, entityId }: Principal,
): Strength | undefined {
  if (id !== entityId) return undefined
  if (roleSessionArn.test(text)) return text === arn ? 'session' : undefined
  return kind === 'user' ? 'user' : 'role'
}

/** How an Allow names the principal: the strongest of its patterns. */
export function namedBy(
  patterns: readonly PrincipalPattern[],
  principal: Principal,
): Strength | undefined {
  let best: Strength | undefined
  for (const pattern of patterns) {
    const strength = strengthOf(pattern, principal)
    if (strength && (!best || strengths.indexOf(strength) > strengths.indexOf(best)))
      best = strength
  }
  return best
}

/** Whether a Deny names the principal. `*` includes federated principals here. */
export function deniedBy(patterns: readonly PrincipalPattern[], principal: Principal): boolean {
  return patterns.some(
    (pattern) => pattern.kind === '*' || strengthOf(pattern, principal) !== undefined,
  )
}

/**
 * Whether NotPrincipal excludes the principal. A session is excluded when the session, its role or
 * user, and the account are all listed; a user, when the user and the account are (IAM user guide,
 * "NotPrincipal").
 */
export function sparedBy(patterns: readonly PrincipalPattern[], principal: Principal): boolean {
  if (patterns.some(({ kind }) => kind === '*')) return true
  const parts = [principal.arn, principal.roleArn, principal.userArn].filter(
    (arn) => arn !== undefined,
  )
  const named = new Set(patterns.map(({ text }) => text))
  const account =
    principal.account === undefined ||
    principal.kind === 'federated' ||
    principal.kind === 'service' ||
    patterns.some((pattern) => pattern.account === principal.account)
  if (principal.kind === 'root') return account
  return principal.kind !== 'anonymous' && account && parts.every((arn) => named.has(arn))
}
