import { shown } from '../json.ts'
import type { PrincipalPattern } from '../principal.ts'
import type { Statement } from '../statement.ts'
import type { Found } from './finding.ts'
import { narrows } from './principals.ts'
import { found, names, type RuleInput, type Rules } from './rule.ts'

const takings = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity', 'sts:assumerolewithldapidentity']
/** What goes with taking a role. */
const companions = ['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext']

/** Issuers whose tokens anybody can have: which key tells one customer from another (IAM user guide, "OIDC shared providers"). */
const sharedIssuers: readonly (readonly [host: RegExp, key: 'sub' | 'aud'])[] = [
  [
    /^(?:token\.actions\.githubusercontent\.com|gitlab\.com|agent\.buildkite\.com|app\.terraform\.io|oidc\.circleci\.com|api\.pulumi\.com\/oidc)/,
    'sub',
  ],
  [/^(?:oidc\.vercel\.com|scalr\.io|proxy\.upbound\.io|oidc\.eks\.[a-z0-9-]+\.amazonaws\.com|vstoken\.dev\.azure\.com)/, 'sub'],
  [/^(?:accounts\.google\.com|www\.amazon\.com|graph\.facebook\.com|www\.facebook\.com|cognito-identity\.amazonaws\.com)/, 'aud'],
]

/** What is particular to trust policies. */
export const trustRules: Rules = function* (input) {
  const {
    placed: { statement, pathOf, principalPaths },
    kind,
  } = input
  if (kind !== 'trust') return
  for (const [index, { text, matches }] of statement.actions.values.entries()) {
    const element = statement.actions.not ? 'NotAction' : 'Action'
    const covered = takings.filter((action) => matches(action)).length
    if (covered === 0 && !companions.some((action) => matches(action)))
      yield found('action-outside-trust', pathOf(element, index), `\`${shown(text)}\` takes no role`)
    if (statement.effect === 'Allow' && covered > 1)
      yield found('wide-trust-action', pathOf(element, index), `\`${shown(text)}\` is several ways to take the role`)
  }
  if (statement.effect === 'Deny' || statement.principals?.not) return
  for (const [index, pattern] of (statement.principals?.values ?? []).entries()) yield* ways(input, pattern, principalPaths[index]!)
}

function* ways({ placed: { statement } }: RuleInput, pattern: PrincipalPattern, path: string): Generator<Found> {
  const way = wayOf(pattern)
  if (!way) return
  if (!names(statement, `sts:${way}`) && statement.actions.values.some(({ text }) => /^sts:AssumeRole/i.test(text))) {
    yield found('action-for-other-provider', path, `\`${shown(pattern.text)}\` takes roles with sts:${way}`)
    return
  }
  if (way === 'AssumeRoleWithWebIdentity') yield* webIdentity(statement, pattern, path)
  if (way === 'AssumeRoleWithSAML' && !compares(statement, /^saml:(?:aud|recipient)$/))
    yield found('saml-without-audience', path, `assertions that \`${shown(pattern.text)}\` made for others will do`)
  if (way === 'AssumeRoleWithLDAPIdentity' && !statement.conditions.some(({ key }) => /^(?:ldap|file):/.test(key))) {
    yield found('directory-without-condition', path, `everybody in \`${shown(pattern.text)}\` fits`)
  }
}

function compares({ conditions }: Statement, key: RegExp): boolean {
  return conditions.some((condition) => narrows(condition, key))
}

function* webIdentity(statement: Statement, { text }: PrincipalPattern, path: string): Generator<Found> {
  const host = text.replace(/^arn:[^/]*:oidc-provider\//, '').toLowerCase()
  const shared = sharedIssuers.find(([pattern]) => pattern.test(host))
  const audience = compares(statement, /:(?:aud|app_id|azp)$/)
  if (!audience && shared?.[1] !== 'aud')
    yield found('web-identity-without-audience', path, `tokens of \`${shown(host)}\` for other applications will do`)
  if (!shared) return
  const subject =
    shared[1] === 'sub'
      ? /:(?:sub|repository|repository_id|repository_owner_id|project_path|namespace_path|organization_id)$/
      : /:(?:aud|app_id|azp|sub)$/
  if (!compares(statement, subject)) {
    yield found('issuer-without-subject', path, `everybody can have a token of \`${shown(host)}\``)
    return
  }
  for (const { key, values } of statement.conditions) {
    const open = key.endsWith(':sub') && shared[1] === 'sub' ? values.find((value) => /^[^*?/]*[*?]/.test(value)) : undefined
    if (open !== undefined) yield found('open-subject', path, `\`${shown(open)}\` fits subjects of strangers`)
  }
}

function wayOf({ kind, text }: PrincipalPattern): string | undefined {
  if (kind === 'AWS' || kind === 'Service') return 'AssumeRole'
  if (kind !== 'Federated') return undefined
  if (text.includes(':saml-provider/')) return 'AssumeRoleWithSAML'
  return /:(?:ldap|file)-provider\//.test(text) ? 'AssumeRoleWithLDAPIdentity' : 'AssumeRoleWithWebIdentity'
}
