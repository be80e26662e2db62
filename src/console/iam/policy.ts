import type { Policy, PolicyVersion } from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf, withQuery } from '../address.ts'
import { words as analysis } from '../analysis/words.ts'
import { type Output, partOf } from '../call.ts'
import { badge, type Cell, code, link, none, text, time } from '../cells.ts'
import { limitsOf, problemOf } from '../limits.ts'
import { detailPage } from '../page.ts'
import { words as reports } from '../reports/words.ts'
import type { Section } from '../shown.ts'
import { mostItems, partSection, policyName, tagsCell } from './parts.ts'
import { isReadyMade, policies } from './policies.ts'
import { words } from './words.ts'

const { holders: said, versions: kept } = words.policy
const path = '/console/policies/:arn'
const marker = limitsOf('iam:ListEntitiesForPolicy', 'Marker')
/** A policy may be attached to everybody in the account. */
export const holdersOnPage = 100

/** What an ARN in an address may be, so that no other thing is asked for. */
export const policyArnLimits = {
  ...limitsOf('iam:GetPolicy', 'PolicyArn'),
  pattern: /^arn:[\w-]+:iam::(\d{12}|aws):policy\/[\u0021-\u007f]+$/,
}

/** `/console/policies/ARN`: the default version of a managed policy, and who has it. */
export const policy = detailPage({
  path,
  params: { arn: policyArnLimits },
  under: policies,
  crumb: ({ arn = '' }) => policyName(arn),
  calls: [
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:ListPolicyVersions',
    'iam:ListEntitiesForPolicy',
  ],
  async read(call, { params: { arn = '' }, query }) {
    const { Policy: found = {} } = await call('iam:GetPolicy', { PolicyArn: arn })
    const typed = query('marker') || undefined
    // A marker that can be none leads to the first page.
    const Marker = typed !== undefined && problemOf(marker, typed) === undefined ? typed : undefined
    const [version, versions, holders] = await Promise.all([
      partOf(
        call('iam:GetPolicyVersion', { PolicyArn: arn, VersionId: found.DefaultVersionId ?? 'v1' }),
      ),
      partOf(call('iam:ListPolicyVersions', { PolicyArn: arn, MaxItems: mostItems })),
      partOf(
        call('iam:ListEntitiesForPolicy', { PolicyArn: arn, Marker, MaxItems: holdersOnPage }),
      ),
    ])
    const document: Section =
      'denied' in version
        ? { kind: 'withheld', title: words.policy.document, denied: version.denied }
        : documentOf(version.value.PolicyVersion)
    return {
      title: found.PolicyName ?? policyName(arn),
      says: found.Description,
      badges: isReadyMade(arn) ? [badge(words.policy.ready)] : [],
      actions: [
        ...(isReadyMade(arn)
          ? []
          : [
              { text: words.acts.edit, href: addressOf(`${path}/edit`, { arn }) },
              { text: words.acts.delete, href: addressOf(`${path}/delete`, { arn }) },
            ]),
        { text: reports.accessed.title, href: addressOf(`${path}/last-accessed`, { arn }) },
        { text: analysis.replay.title, href: withQuery('/console/replay-calls', { policy: arn }) },
      ],
      main: [
        document,
        partSection(words.policy.attached, holders, (value) => holderRows(value, arn, Marker)),
        partSection(words.policy.versions.title, versions, (value) => versionRows(value, arn)),
      ],
      aside: [
        {
          ...{ kind: 'terms', title: words.facts.title, terms: terms(found) },
          acts: isReadyMade(arn)
            ? []
            : [{ text: words.facts.tags, href: addressOf(`${path}/tags`, { arn }) }],
        },
      ],
    }
  },
})

function documentOf({ Document = '', VersionId = '' }: PolicyVersion = {}): Section {
  return {
    kind: 'document',
    title: words.policy.document,
    note: words.policy.version(VersionId),
    text: Document,
  }
}

/** Users, groups and roles to which the policy is attached, a page of them. */
export function holderRows(
  {
    PolicyUsers = [],
    PolicyGroups = [],
    PolicyRoles = [],
    Marker,
  }: Output<'iam:ListEntitiesForPolicy'>,
  arn: string,
  from: string | undefined,
) {
  const here = addressOf(path, { arn })
  const row = (kind: string, page: string, name = ''): readonly Cell[] => [
    link(name, addressOf(page, { name })),
    text(kind),
  ]
  return {
    heads: [{ head: said.name }, { head: said.kind }],
    rows: [
      ...PolicyGroups.map(({ GroupName }) => row(said.group, '/console/groups/:name', GroupName)),
      ...PolicyRoles.map(({ RoleName }) => row(said.role, '/console/roles/:name', RoleName)),
      ...PolicyUsers.map(({ UserName }) => row(said.user, '/console/users/:name', UserName)),
    ],
    empty: said.none,
    links: [
      ...(from === undefined ? [] : [{ text: said.first, href: here }]),
      ...(Marker ? [{ text: said.next, href: withQuery(here, { marker: Marker }) }] : []),
    ],
  }
}

function versionRows({ Versions = [] }: Output<'iam:ListPolicyVersions'>, arn: string) {
  return {
    heads: [
      { head: kept.version },
      { head: kept.state },
      { head: kept.made, width: 'desk' },
    ] as const,
    rows: Versions.map(({ VersionId = '', IsDefaultVersion = false, CreateDate }) => [
      link(VersionId, addressOf(`${path}/versions/:version`, { arn, version: VersionId })),
      IsDefaultVersion ? badge(kept.default) : none(kept.kept),
      CreateDate ? time(CreateDate) : none(),
    ]),
    empty: kept.none,
  }
}

function terms(found: Policy): readonly (readonly [string, Cell])[] {
  const { Arn = '', Path = '/', PolicyId = '', CreateDate, UpdateDate, Tags } = found
  const count = (many = 0) => text(many.toLocaleString('en-GB'))
  return [
    [words.facts.arn, code(Arn)],
    [words.path, code(Path)],
    [words.facts.id, code(PolicyId)],
    [words.policy.attached, count(found.AttachmentCount)],
    [words.policy.bounds, count(found.PermissionsBoundaryUsageCount)],
    [words.facts.tags, tagsCell(Tags)],
    [words.created, CreateDate ? time(CreateDate) : none()],
    [words.facts.changed, UpdateDate ? time(UpdateDate) : none()],
  ]
}
