import { addressOf, withQuery } from '../address.ts'
import { type Call, type Part, partOf } from '../call.ts'
import { badge, blank, box, type Cell, link, none, text, time } from '../cells.ts'
import { group } from '../iam/group.ts'
import { mostItems, policyAddress, policyName } from '../iam/parts.ts'
import { limitsOf, problemOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { allowedSection } from '../policies/summary.ts'
import type { PageRequest } from '../request.ts'
import type { Section } from '../shown.ts'
import type { CredentialLine } from './credential-lines.ts'
import { type CredentialReport, lineOf, readCredentialReport } from './credential-report.ts'
import { words } from './words.ts'

const told = words.review
const path = '/console/groups/:name/review'
const calls = [
  'iam:GetGroup',
  'iam:ListAttachedGroupPolicies',
  'iam:ListGroupPolicies',
  'iam:GetGroupPolicy',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:GetCredentialReport',
] as const
type ReviewCall = Call<(typeof calls)[number]>

/** A sheet of paper has some of them. */
const membersOnPage = 100
const marker = limitsOf('iam:GetGroup', 'Marker')

/** `/console/groups/NAME/review`: who is in the group and what that allows, to be ticked off. */
export const groupReview = detailPage({
  path,
  params: group.params,
  under: group,
  crumb: told.title,
  calls,
  async read(call, request) {
    const { params, query, facts, session } = request
    const typed = query('marker') || undefined
    const Marker = typed !== undefined && problemOf(marker, typed) === undefined ? typed : undefined
    const found = await call('iam:GetGroup', {
      ...{ GroupName: params.name ?? '', Marker, MaxItems: membersOnPage },
    })
    const { GroupName } = found.Group
    const [policies, report] = await Promise.all([
      partOf(policiesOf(call, GroupName)),
      partOf(readCredentialReport(call, session.claims.account)),
    ])
    const here = addressOf(path, { name: GroupName })
    return {
      title: told.of(GroupName),
      says: told.says(session.claims.account, facts.now.toISOString().slice(0, 10)),
      print: true,
      actions: [],
      main: [
        await allowedPart(policies, request),
        policiesPart(policies),
        {
          kind: 'rows',
          title: told.members,
          note: noteOf(report),
          heads: memberHeads,
          rows: found.Users.map(({ UserName, PasswordLastUsed }) =>
            memberRow(UserName, PasswordLastUsed, report),
          ),
          empty: Marker === undefined ? told.nobody : told.noMore,
          links: [
            ...(Marker === undefined ? [] : [{ text: told.first, href: here }]),
            ...(found.Marker
              ? [{ text: told.next, href: withQuery(here, { marker: found.Marker }) }]
              : []),
          ],
        },
        { kind: 'terms', title: told.done, terms: told.signs.map((one) => [one, blank()]) },
      ],
      aside: [],
    }
  },
})

const { heads } = told
const memberHeads = [
  { head: heads.user },
  { head: heads.stays },
  { head: heads.goes },
  { head: heads.used, width: 'desk' },
  { head: heads.mfa, width: 'desk' },
  { head: heads.credentials, width: 'desk' },
  { head: heads.remark, width: 'wide' },
] as const

/** A policy of the group, and what it says. */
interface Held {
  readonly name: string
  readonly href: string
  readonly isInline: boolean
  readonly document: string
}

async function policiesOf(call: ReviewCall, GroupName: string): Promise<readonly Held[]> {
  const asked = { GroupName, MaxItems: mostItems }
  const [inline, attached] = await Promise.all([
    call('iam:ListGroupPolicies', asked),
    call('iam:ListAttachedGroupPolicies', asked),
  ])
  const own = inline.PolicyNames.map(async (PolicyName): Promise<Held> => {
    const { PolicyDocument } = await call('iam:GetGroupPolicy', { GroupName, PolicyName })
    const at = { name: GroupName, policy: PolicyName }
    const href = addressOf('/console/groups/:name/policies/:policy', at)
    return { name: PolicyName, href, isInline: true, document: PolicyDocument }
  })
  const managed = (attached.AttachedPolicies ?? []).map(
    async ({ PolicyArn = '' }): Promise<Held> => {
      const { Policy: policy } = await call('iam:GetPolicy', { PolicyArn })
      const VersionId = policy?.DefaultVersionId ?? 'v1'
      const { PolicyVersion } = await call('iam:GetPolicyVersion', { PolicyArn, VersionId })
      const document = PolicyVersion?.Document ?? ''
      return {
        name: policyName(PolicyArn),
        href: policyAddress(PolicyArn),
        isInline: false,
        document,
      }
    },
  )
  return Promise.all([...own, ...managed])
}

async function allowedPart(
  part: Part<readonly Held[]>,
  { reference }: PageRequest,
): Promise<Section> {
  if ('denied' in part) return { kind: 'withheld', title: told.allowed, denied: part.denied }
  const documents = part.value.map(({ document }) => document)
  return { ...(await allowedSection(documents, await reference())), title: told.allowed }
}

function policiesPart(part: Part<readonly Held[]>): Section {
  if ('denied' in part) return { kind: 'withheld', title: told.policies, denied: part.denied }
  return {
    kind: 'rows',
    title: told.policies,
    heads: [
      { head: heads.policy },
      { head: heads.kind, width: 'desk' },
      { head: heads.stays },
      { head: heads.goes },
    ],
    rows: part.value.map(({ name, href, isInline }) => [
      link(name, href),
      text(isInline ? told.inline : told.managed),
      box(told.keepIt(name)),
      box(told.takeIt(name)),
    ]),
    empty: told.noPolicies,
  }
}

function noteOf(report: Part<CredentialReport | undefined>): string | undefined {
  if ('denied' in report) return told.noReport(report.denied.action)
  return report.value === undefined ? told.oldReport : undefined
}

function memberRow(
  name: string,
  passwordUsed: Date | undefined,
  report: Part<CredentialReport | undefined>,
): readonly Cell[] {
  const line = 'value' in report && report.value ? lineOf(report.value, name) : undefined
  return [
    link(name, addressOf('/console/users/:name', { name })),
    box(told.keepIt(name)),
    box(told.takeIt(name)),
    usedCell(line, passwordUsed),
    line ? mfaCell(line) : none(told.unknown),
    line ? text(credentialsOf(line)) : none(told.unknown),
    blank(),
  ]
}

function usedCell(line: CredentialLine | undefined, passwordUsed: Date | undefined): Cell {
  const times = [
    line?.passwordUsedAt,
    passwordUsed?.getTime(),
    ...(line?.keys ?? []).map(({ usedAt }) => usedAt),
  ].flatMap((at) => at ?? [])
  return times.length === 0 ? none(told.never) : time(new Date(Math.max(...times)))
}

function mfaCell({ mfa, password }: CredentialLine): Cell {
  if (mfa) return badge(told.yes)
  return password ? badge(told.no, 'warn') : none(told.no)
}

function credentialsOf({ password, keys, certificates }: CredentialLine): string {
  const active = keys.filter((key) => key.active).length
  const parts = [
    ...(password ? [told.password] : []),
    ...(active > 0 ? [told.keys(active)] : []),
    ...(certificates > 0 ? [told.certificates(certificates)] : []),
  ]
  return parts.length === 0 ? told.nothing : parts.join(', ')
}
