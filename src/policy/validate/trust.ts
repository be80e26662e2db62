import { shown } from '../json.ts'
import type { PrincipalPattern } from '../principal.ts'
import type { Statement } from '../statement.ts'
import type { RuleFinding } from './finding.ts'
import { narrows } from './reach.ts'
import { finding, names, type RuleInput, type Rules } from './rule.ts'

const takings = [
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:assumerolewithldapidentity',
]
/** Actions that accompany assuming a role. */
const companions = ['sts:tagsession', 'sts:setsourceidentity', 'sts:setcontext']

/**
 * Issuers that anybody can get a token of, and the key that tells their customers apart (IAM user
 * guide, "OIDC shared providers").
 */
const sharedIssuers: readonly (readonly [host: RegExp, key: 'sub' | 'aud'])[] = [
  [/^(?:token\.actions\.githubusercontent\.com|gitlab\.com|agent\.buildkite\.com)/, 'sub'],
  [/^(?:app\.terraform\.io|oidc\.circleci\.com|api\.pulumi\.com\/oidc)/, 'sub'],
  [/^(?:oidc\.vercel\.com|scalr\.io|proxy\.upbound\.io|vstoken\.dev\.azure\.com)/, 'sub'],
  [/^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com/, 'sub'],
  [/^(?:accounts\.google\.com|cognito-identity\.amazonaws\.com)/, 'aud'],
  [/^(?:www\.amazon\.com|graph\.facebook\.com|www\.facebook\.com)/, 'aud'],
]

const subjects =
  'sub|repository|repository_id|repository_owner_id|project_path|namespace_path|organization_id'
/** Condition keys that tell the customers of a shared issuer apart. */
const tellsApart = {
  sub: new RegExp(`:(?:${subjects})$`),
  aud: /:(?:aud|app_id|azp|sub)$/,
} as const

/** Findings about trust policies only. */
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
      yield finding(
        'action-outside-trust',
        pathOf(element, index),
        `\`${shown(text)}\` takes no role`,
      )
    if (statement.effect === 'Allow' && covered > 1)
      yield finding(
        'wide-trust-action',
        pathOf(element, index),
        `\`${shown(text)}\` is several ways to take the role`,
      )
  }
  if (statement.effect === 'Deny' || statement.principals?.not) return
  yield* neededActions(input)
  yield* audienceOperators(input)
  for (const [index, pattern] of (statement.principals?.values ?? []).entries())
    yield* ways(input, pattern, principalPaths[index]!)
}

const needs: readonly (readonly [key: RegExp, action: string])[] = [
  [/^sts:sourceidentity$/, 'sts:SetSourceIdentity'],
  [/^(?:sts:transitivetagkeys|aws:tagkeys|aws:requesttag\/.*)$/, 'sts:TagSession'],
]
const rolesAnywhere = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']

/** Actions without which the principal can't take the role, or can't bring what is compared. */
function* neededActions({
  placed: { statement, conditionPath, principalPaths },
}: RuleInput): Generator<RuleFinding> {
  for (const { key, operator } of statement.conditions) {
    const action = needs.find(([pattern]) => pattern.test(key))?.[1]
    if (action !== undefined && !names(statement, action))
      yield finding(
        'key-without-its-action',
        conditionPath(operator, key),
        `who brings \`${shown(key)}\` needs ${action} too`,
      )
  }
  for (const [index, { kind, text }] of (statement.principals?.values ?? []).entries()) {
    if (kind !== 'Service' || !/^rolesanywhere\.amazonaws\.com/.test(text)) continue
    const lacking = rolesAnywhere.filter((action) => !names(statement, action))
    if (lacking.length > 0)
      yield finding(
        'roles-anywhere-lacks-action',
        principalPaths[index]!,
        `\`${shown(text)}\` takes no role without ${lacking.join(' and ')}`,
      )
  }
}

/** The audience of a token is compared as one value. */
function* audienceOperators({
  placed: { statement, conditionPath },
}: RuleInput): Generator<RuleFinding> {
  for (const { key, operator } of statement.conditions)
    if (/^For/.test(operator) && /\.[a-z0-9/._-]+:aud$/.test(key))
      yield finding(
        'set-operator-on-audience',
        conditionPath(operator, key),
        `\`${shown(key)}\` has one value`,
      )
}

function* ways(
  { placed: { statement } }: RuleInput,
  pattern: PrincipalPattern,
  path: string,
): Generator<RuleFinding> {
  const way = wayOf(pattern)
  if (!way) return
  if (
    !names(statement, `sts:${way}`) &&
    statement.actions.values.some(({ text }) => /^sts:AssumeRole/i.test(text))
  ) {
    yield finding(
      'action-for-other-provider',
      path,
      `\`${shown(pattern.text)}\` takes roles with sts:${way}`,
    )
    return
  }
  if (way === 'AssumeRoleWithWebIdentity') yield* webIdentity(statement, pattern, path)
  if (way === 'AssumeRoleWithSAML' && !compares(statement, /^saml:(?:aud|recipient)$/))
    yield finding(
      'saml-without-audience',
      path,
      `assertions that \`${shown(pattern.text)}\` made for others will do`,
    )
  if (
    way === 'AssumeRoleWithLDAPIdentity' &&
    !statement.conditions.some(({ key }) => /^(?:ldap|file):/.test(key))
  ) {
    yield finding(
      'directory-without-condition',
      path,
      `everybody in \`${shown(pattern.text)}\` fits`,
    )
  }
}

function compares({ conditions }: Statement, key: RegExp): boolean {
  return conditions.some((condition) => narrows(condition, key))
}

function* webIdentity(
  statement: Statement,
  { text }: PrincipalPattern,
  path: string,
): Generator<RuleFinding> {
  const host = text.replace(/^arn:[^/]*:oidc-provider\//, '').toLowerCase()
  const shared = sharedIssuers.find(([pattern]) => pattern.test(host))
  const audience = compares(statement, /:(?:aud|app_id|azp)$/)
  if (!audience && shared?.[1] !== 'aud')
    yield finding(
      'web-identity-without-audience',
      path,
      `tokens of \`${shown(host)}\` for other applications will do`,
    )
  if (!shared) return
  if (!compares(statement, tellsApart[shared[1]])) {
    yield finding(
      'issuer-without-subject',
      path,
      `everybody can have a token of \`${shown(host)}\``,
    )
    return
  }
  for (const { key, values } of statement.conditions) {
    const open =
      key.endsWith(':sub') && shared[1] === 'sub'
        ? values.find((value) => /^[^*?/]*[*?]/.test(value))
        : undefined
    if (open !== undefined)
      yield finding('open-subject', path, `\`${shown(open)}\` fits subjects of strangers`)
    const wide = key.endsWith(':sub')
      ? values.find((value) => /^repo:[^*?/]+\/[*?]+(?::.*)?$/.test(value))
      : undefined
    if (wide !== undefined)
      yield finding(
        'subject-of-any-repository',
        path,
        `\`${shown(wide)}\` fits every repository of the organization`,
      )
    const branches = key.endsWith(':sub')
      ? values.find((value) => /^repo:[^*?/]+\/[^*?:]+:[*?]+$/.test(value))
      : undefined
    if (branches !== undefined && !statement.conditions.some((one) => one.key.endsWith(':ref')))
      yield finding(
        'subject-of-any-branch',
        path,
        `\`${shown(branches)}\` fits every branch, pull request and environment`,
      )
  }
}

function wayOf({ kind, text }: PrincipalPattern): string | undefined {
  if (kind === 'AWS' || kind === 'Service') return 'AssumeRole'
  if (kind !== 'Federated') return undefined
  if (text.includes(':saml-provider/')) return 'AssumeRoleWithSAML'
  return /:(?:ldap|file)-provider\//.test(text)
    ? 'AssumeRoleWithLDAPIdentity'
    : 'AssumeRoleWithWebIdentity'
}
