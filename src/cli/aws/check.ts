import type { AccountSettings } from '../../config/placements.ts'
import type { Environment } from '../../config/references.ts'
import type { Settings } from '../../config/settings.ts'
import { iamArn } from '../../kernel/arn.ts'
import { longestSession } from '../../kernel/role-sessions.ts'
import { administration } from '../../upstream/iam.ts'
import type { Upstream, UpstreamRequest } from '../../upstream/upstream.ts'
import { UpstreamFault } from '../../upstream/upstream-fault.ts'
import type { Output } from '../check.ts'
import { fitSettings } from '../fit-settings.ts'
import { type Asked, adviceFor, type Lacking } from './advice.ts'
import { openSide } from './open-side.ts'

export interface AwsCheckAsked {
  /** Path of the settings file. */
  readonly config: string
  /** Only this account. */
  readonly account?: string | undefined
  readonly json?: boolean | undefined
}

interface Finding {
  readonly role: string
  readonly ok: boolean
  /** What the other side said. */
  readonly said?: string | undefined
  /** What is missing, and on which side. */
  readonly advice?: string | undefined
}

/**
 * `gatehouse aws check`: takes each role of the accounts with an upstream once, for 15 minutes, as
 * a grant would, and drops the credentials. Of a refused one it finds out what is missing: it tries
 * again without tags and without source identity. Takes the role that revokes there too, narrowed
 * to nothing. Exit codes: 0 all can be taken, 1 not.
 */
export async function awsCheck(
  { config, account: only, json }: AwsCheckAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, { err })
  if (!loaded) return 1
  const { settings } = loaded
  const chosen = settings.accounts.filter(
    ({ id, upstream }) => upstream && (only === undefined || id === only),
  )
  if (chosen.length === 0) {
    err(only === undefined ? 'no account has an `upstream`' : `account ${only} has no \`upstream\``)
    return 1
  }
  await using opened = await openSide(settings, env, err)
  if (!opened) return 1
  const findings: Finding[] = []
  for (const account of chosen) {
    const own = revocationOf(settings, account)
    const asked = (account.roles ?? []).map((role) => askedOf(settings, account, role))
    for (const one of own ? [...asked, own] : asked)
      findings.push(await tryRole(opened.of(account.id)!, one))
  }
  if (json) out(JSON.stringify(findings, null, 2))
  else for (const one of findings) for (const line of linesOf(one)) out(line)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

/** What grants of the role hand on, with values of the check's own. */
function askedOf(
  { mappings, publicUrl }: Settings,
  { id, partition = 'aws', upstream }: AccountSettings,
  role: NonNullable<AccountSettings['roles']>[number],
): Asked {
  const arn = iamArn({ partition, account: id }, 'role', role.name, role.path)
  const grants = mappings.flatMap((rule) => rule.grants).filter((grant) => grant.role === arn)
  const keys = new Set(grants.flatMap(({ tags = {} }) => Object.keys(tags)))
  const request: UpstreamRequest = {
    roleArn: arn,
    roleName: role.name,
    sessionName: name,
    durationSeconds: 900,
    tags: [...keys].map((Key) => ({ Key, Value: name })),
    transitiveTagKeys: [...new Set(grants.flatMap((grant) => grant.transitiveTagKeys ?? []))],
    ...(grants.some((grant) => grant.sourceIdentity !== undefined) && { sourceIdentity: name }),
    policyArns: [],
    taker: { from: 'check', name },
  }
  const longestSeconds = role.maxSessionDuration ?? longestSession.defaultSeconds
  const issuer = `${new URL(publicUrl).host}/upstream/${id}`
  return { account: id, request, longestSeconds, issuer, upstream: upstream! }
}

/** The role that revokes there, which Gatehouse takes for itself. */
function revocationOf(
  { publicUrl }: Settings,
  { id, upstream }: AccountSettings,
): Asked | undefined {
  const role = upstream?.type === 'aws' ? upstream.revocation?.role : undefined
  if (!upstream || role === undefined) return undefined
  const request = administration(role, { Action: 'sts:GetCallerIdentity', Resource: '*' })
  const issuer = `${new URL(publicUrl).host}/upstream/${id}`
  return { account: id, request, longestSeconds: request.durationSeconds, issuer, upstream }
}

const name = 'gatehouse-check'

async function tryRole(upstream: Upstream, asked: Asked): Promise<Finding> {
  const { request, longestSeconds } = asked
  const role = request.roleArn
  const fault = await refusalOf(upstream, request)
  if (!fault) {
    const late = await refusalOf(upstream, { ...request, durationSeconds: longestSeconds })
    return late
      ? { role, ok: false, said: late.message, advice: adviceFor(asked, late) }
      : { role, ok: true }
  }
  const lacking = fault.code === 'refused' ? await lackingOf(upstream, request) : undefined
  return { role, ok: false, said: fault.message, advice: adviceFor(asked, fault, lacking) }
}

/** Finds what the request may not carry: the first part without which it is given. */
async function lackingOf(
  upstream: Upstream,
  { sourceIdentity, ...request }: UpstreamRequest,
): Promise<Lacking | undefined> {
  const tagless = { tags: [], transitiveTagKeys: [] }
  const tries: readonly (readonly [Lacking, UpstreamRequest, boolean])[] = [
    ['tags', { ...request, ...tagless, sourceIdentity }, request.tags.length > 0],
    ['source identity', request, sourceIdentity !== undefined],
    ['both', { ...request, ...tagless }, request.tags.length > 0 && sourceIdentity !== undefined],
  ]
  for (const [what, changed, applies] of tries)
    if (applies && !(await refusalOf(upstream, changed))) return what
  return undefined
}

async function refusalOf(
  upstream: Upstream,
  request: UpstreamRequest,
): Promise<UpstreamFault | undefined> {
  try {
    await upstream.assume(request)
    return undefined
  } catch (error) {
    if (error instanceof UpstreamFault) return error
    throw error
  }
}

function linesOf({ role, ok, said = '', advice = '' }: Finding): readonly string[] {
  return ok ? [`ok      ${role}`] : [`refused ${role}`, `        ${said}`, `        ${advice}`]
}
