import type {
  AttachedPermissionsBoundary,
  AttachedPolicy,
  Tag,
} from '../../reference/aws/iam-shapes.gen.ts'
import { addressOf } from '../address.ts'
import type { Part } from '../call.ts'
import { type Cell, chips, code, link, none } from '../cells.ts'
import type { Head, Section, Terms } from '../shown.ts'
import { words } from './words.ts'

/** IAM's quotas keep everything that a user, group or role may have within one answer. */
export const mostItems = 1000

type Rows = Omit<Extract<Section, { kind: 'rows' }>, 'kind'>

/** A table of a part, or the permission that withholds it. */
export function partSection<T>(
  title: string,
  part: Part<T>,
  rows: (value: T) => Omit<Rows, 'title'>,
): Section {
  if ('denied' in part) return { kind: 'withheld', title, denied: part.denied }
  return { kind: 'rows', title, ...rows(part.value) }
}

/** Facts of a part, or the permission that withholds it. `acts`: what can be done about it. */
export function termsSection<T>(
  title: string,
  part: Part<T>,
  terms: (value: T) => Terms,
  acts?: (value: T) => Section['acts'],
): Section {
  if ('denied' in part) return { kind: 'withheld', title, denied: part.denied }
  return { kind: 'terms', title, acts: acts?.(part.value), terms: terms(part.value) }
}

const attachedHeads: readonly Head[] = [
  { head: words.attached.policy },
  { head: words.facts.arn, width: 'desk' },
]
const change: Head = { head: words.change, width: 'desk' }

/** The managed policies of a user, group or role; `detachAt`: where each is detached. */
export function attachedSection(
  part: Part<{ readonly AttachedPolicies?: readonly AttachedPolicy[] | undefined }>,
  detachAt?: (arn: string) => string,
  acts?: Section['acts'],
): Section {
  return partSection(words.attached.title, part, ({ AttachedPolicies = [] }) => ({
    acts,
    heads: detachAt ? [...attachedHeads, change] : attachedHeads,
    rows: AttachedPolicies.map(({ PolicyName = '', PolicyArn = '' }) => [
      link(PolicyName, policyAddress(PolicyArn)),
      code(PolicyArn),
      ...(detachAt ? [link(words.acts.detach, detachAt(PolicyArn))] : []),
    ]),
    empty: words.attached.none,
  }))
}

/** The policies that are deleted with their user, group or role. */
export function inlineSection(
  part: Part<{ readonly PolicyNames: readonly string[] }>,
  hrefOf: (policy: string) => string,
  acts?: Section['acts'],
): Section {
  return partSection(words.inline.title, part, ({ PolicyNames }) => ({
    acts,
    heads: [{ head: words.inline.policy }],
    rows: PolicyNames.map((policy) => [link(policy, hrefOf(policy))]),
    empty: words.inline.none,
  }))
}

export function boundaryCell(boundary: AttachedPermissionsBoundary | undefined): Cell {
  const arn = boundary?.PermissionsBoundaryArn
  return arn === undefined ? none() : link(policyName(arn), policyAddress(arn))
}

export function tagsCell(tags: readonly Tag[] = []): Cell {
  return tags.length === 0 ? none() : chips(tags.map(({ Key, Value }) => `${Key}=${Value}`))
}

/** The name at the end of a policy's ARN. */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

/** What follows the type in an ARN: an issuer may have slashes of its own. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.indexOf('/') + 1)
}

/** The last part of an ARN; what is printed on a hardware token as it is. */
export function deviceName(serialNumber: string): string {
  return serialNumber.slice(serialNumber.lastIndexOf('/') + 1)
}

export function policyAddress(arn: string): string {
  return addressOf('/console/policies/:arn', { arn })
}
