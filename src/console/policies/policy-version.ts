import { addressOf } from '../address.ts'
import { badge, code, link, none, time } from '../cells.ts'
import { mostItems, policyName } from '../iam/parts.ts'
import { isReadyMade } from '../iam/policies.ts'
import { policy, policyArnLimits } from '../iam/policy.ts'
import { limitsOf } from '../limits.ts'
import { detailPage, formPage } from '../page.ts'
import type { Section } from '../shown.ts'
import { textDiff } from './text-diff.ts'
import { words } from './words.ts'

const said = words.versions
const path = '/console/policies/:arn/versions/:version'
const params = { arn: policyArnLimits, version: limitsOf('iam:GetPolicyVersion', 'VersionId') }

/** `/console/policies/ARN/versions/VERSION`: its document, and how it differs from the default. */
export const policyVersion = detailPage({
  path,
  params,
  under: policy,
  crumb: ({ version = '' }) => said.crumb(version),
  calls: ['iam:GetPolicyVersion', 'iam:ListPolicyVersions'],
  async read(call, { params: { arn = '', version = '' } }) {
    const [{ PolicyVersion: found = {} }, { Versions = [] }] = await Promise.all([
      call('iam:GetPolicyVersion', { PolicyArn: arn, VersionId: version }),
      call('iam:ListPolicyVersions', { PolicyArn: arn, MaxItems: mostItems }),
    ])
    const { IsDefaultVersion = false, Document = '', CreateDate } = found
    const at = { arn, version }
    const changeable = !IsDefaultVersion && !isReadyMade(arn)
    const others = Versions.filter(({ VersionId }) => VersionId !== version)
    return {
      title: said.title(policyName(arn), version),
      badges: IsDefaultVersion ? [badge(said.isDefault)] : [],
      actions: changeable
        ? [
            { text: said.makeDefault, href: addressOf(`${path}/default`, at) },
            { text: said.remove, href: addressOf(`${path}/delete`, at) },
          ]
        : [],
      main: [{ kind: 'document', title: words.document.title, text: Document }],
      aside: [
        {
          kind: 'terms',
          title: words.policyVersion.details,
          terms: [['Made', CreateDate ? time(CreateDate) : none()]],
        },
        {
          kind: 'rows',
          title: said.pick,
          heads: [{ head: words.policyVersion.version }, { head: said.compare }],
          rows: others.map(({ VersionId = '' }) => [
            link(VersionId, addressOf(path, { arn, version: VersionId })),
            link(said.compareWith(VersionId), compareAddress(arn, VersionId, version)),
          ]),
          empty: said.alone,
        },
      ],
    }
  },
})

const comparePath = `${path}/compare/:other` as const

/** Where two versions are compared, from the one to the other. */
export function compareAddress(arn: string, from: string, to: string): string {
  return addressOf(comparePath, { arn, version: from, other: to })
}

/** `/console/policies/ARN/versions/VERSION/compare/VERSION`: the lines that differ. */
export const policyVersionCompare = detailPage({
  path: comparePath,
  params: { ...params, other: params.version },
  under: policyVersion,
  crumb: said.compareCrumb,
  calls: ['iam:GetPolicyVersion'],
  async read(call, { params: { arn = '', version = '', other = '' } }) {
    const [from, to] = await Promise.all(
      [version, other].map((VersionId) =>
        call('iam:GetPolicyVersion', { PolicyArn: arn, VersionId }),
      ),
    )
    const documents = [from, to].map((one) => one?.PolicyVersion?.Document ?? '')
    const changes: Section = {
      kind: 'diff',
      title: said.compared(version, other),
      lines: textDiff(documents[0]!, documents[1]!),
      empty: words.review.unchanged,
    }
    return {
      title: said.compareTitle(policyName(arn)),
      actions: [],
      main: [changes],
      aside: [
        {
          kind: 'terms',
          title: said.compare,
          terms: [
            [said.from, link(version, addressOf(path, { arn, version }))],
            [said.to, link(other, addressOf(path, { arn, version: other }))],
            ['ARN', code(arn)],
          ],
        },
      ],
    }
  },
})

/** `/console/policies/ARN/versions/VERSION/default`. */
export const policyVersionDefault = formPage({
  path: `${path}/default`,
  params,
  under: policyVersion,
  crumb: said.makeDefault,
  calls: ['iam:GetPolicyVersion', 'iam:SetDefaultPolicyVersion'],
  operation: 'iam:SetDefaultPolicyVersion',
  button: said.makeDefault,
  fields: [],
  async read(call, { params: { arn = '', version = '' } }) {
    await call('iam:GetPolicyVersion', { PolicyArn: arn, VersionId: version })
    return {
      title: said.makeDefaultTitle(policyName(arn), version),
      says: said.makeDefaultSays,
      values: {},
      keep: { text: said.makeDefaultKeep, href: addressOf(path, { arn, version }) },
    }
  },
  async save(call, { params: { arn = '', version = '' } }) {
    await call('iam:SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: version })
    return { to: addressOf(policy.path, { arn }), said: said.madeDefault(version) }
  },
})

/** `/console/policies/ARN/versions/VERSION/delete`. */
export const policyVersionDelete = formPage({
  path: `${path}/delete`,
  params,
  under: policyVersion,
  crumb: said.remove,
  calls: ['iam:GetPolicyVersion', 'iam:DeletePolicyVersion'],
  operation: 'iam:DeletePolicyVersion',
  button: said.removeButton,
  fields: [],
  async read(call, { params: { arn = '', version = '' } }) {
    await call('iam:GetPolicyVersion', { PolicyArn: arn, VersionId: version })
    return {
      title: said.removeTitle(policyName(arn), version),
      says: said.removeSays,
      values: {},
      keep: { text: said.removeKeep, href: addressOf(path, { arn, version }) },
    }
  },
  async save(call, { params: { arn = '', version = '' } }) {
    await call('iam:DeletePolicyVersion', { PolicyArn: arn, VersionId: version })
    return { to: addressOf(policy.path, { arn }), said: said.removed(version) }
  },
})
