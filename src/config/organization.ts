import { z } from 'zod'
import { fullAccess, type WrittenOrganization } from '../policy/index.ts'
import { account, policyDocument } from './value-schemas.ts'

/** AWS Organizations user guide, "Quotas": policies at each place, with room to grow. */
const mostAttached = 10
/** Levels of units below the root (as above). */
const deepest = 5

const policyName = z
  .string()
  .regex(/^[\w+=,.@-]{1,128}$/, 'expected 1 to 128 of A–Z a–z 0–9 _ + = , . @ -')
const rootId = z.string().regex(/^r-[0-9a-z]{4,32}$/, 'expected r- and 4 to 32 of 0–9 a–z')
const unitId = z
  .string()
  .regex(
    /^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/,
    "expected ou-, the root's id without `r-`, - and 8 to 32 of 0–9 a–z",
  )

const attached = {
  serviceControl: z
    .array(policyName)
    .max(mostAttached)
    .default([fullAccess])
    .describe(
      'Names of the service control policies here: exactly these. Absent: `FullAWSAccess`, which ' +
        'is always there to be named',
    ),
  resourceControl: z
    .array(policyName)
    .max(mostAttached)
    .default([])
    .describe('Names of the resource control policies here'),
}

const unit = z.strictObject({
  name: z.string().min(1).max(128).describe('What people call it'),
  parent: unitId.optional().describe('Id of the unit above; absent: the root'),
  ...attached,
})

const member = z.strictObject({
  unit: unitId.optional().describe('Id of the unit that it is in; absent: the root'),
  ...attached,
})

const documents = z.record(policyName, policyDocument).default({})

/** The section `organization`. */
export const organization = z
  .strictObject({
    id: z
      .string()
      .regex(/^o-[0-9a-z]{10,32}$/, 'expected o- and 10 to 32 of 0–9 a–z')
      .describe('Its id, which policies name: `aws:PrincipalOrgID`. Choose it once'),
    managementAccount: account.describe(
      'The account whose principals and resources the policies do not bind, a member as others are',
    ),
    root: z
      .strictObject({ id: rootId.describe('Its id, which starts every path'), ...attached })
      .describe('The root, above all units and accounts'),
    units: z.record(unitId, unit).default({}).describe('Organizational units by id'),
    accounts: z
      .record(account, member)
      .describe('The members by account id; other accounts are outside and not bound'),
    serviceControlPolicies: documents.describe(
      'What principals of accounts can do at most: name and document, as YAML, JSON or ' +
        '`${file:PATH}`',
    ),
    resourceControlPolicies: documents.describe(
      'What nobody may do with resources of accounts: name and document, as above',
    ),
  })
  .superRefine(consistent)

/** Checks that every name and id that is used is there, and that the units form a tree. */
function consistent(written: WrittenOrganization, context: z.RefinementCtx): void {
  const problem = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: [...path], message })
  const unknown = (path: readonly (string | number)[], id: string) => {
    if (!Object.hasOwn(written.units, id)) problem(path, `no unit \`${id}\` in \`units\``)
  }
  if (!Object.hasOwn(written.accounts, written.managementAccount))
    problem(['managementAccount'], 'the management account is not among `accounts`')
  const marked = `ou-${written.root.id.slice('r-'.length)}-`
  for (const [id, { parent }] of Object.entries(written.units)) {
    const path = ['units', id]
    if (!id.startsWith(marked)) problem(path, `expected an id that starts with \`${marked}\``)
    if (parent !== undefined) unknown([...path, 'parent'], parent)
    if (depthOf(written, id) > deepest)
      problem([...path, 'parent'], `units lie at most ${deepest} deep, and in no circle`)
  }
  for (const [id, { unit: in_ }] of Object.entries(written.accounts))
    if (in_ !== undefined) unknown(['accounts', id, 'unit'], in_)
  for (const { path, message } of unknownPolicies(written)) problem(path, message)
}

function depthOf({ units }: WrittenOrganization, lowest: string): number {
  let depth = 0
  for (let id: string | undefined = lowest; id !== undefined && depth <= deepest; depth++)
    id = units[id]?.parent
  return depth
}

function* unknownPolicies(written: WrittenOrganization) {
  const kinds = {
    serviceControl: { [fullAccess]: '', ...written.serviceControlPolicies },
    resourceControl: written.resourceControlPolicies,
  }
  if (Object.hasOwn(written.serviceControlPolicies, fullAccess))
    yield {
      path: ['serviceControlPolicies', fullAccess],
      message: `\`${fullAccess}\` is there already, and allows everything`,
    }
  for (const { path, attached: names } of places(written))
    for (const kind of ['serviceControl', 'resourceControl'] as const)
      for (const [index, name] of names[kind].entries()) {
        const at = [...path, kind, index]
        if (!Object.hasOwn(kinds[kind], name))
          yield { path: at, message: `no policy \`${name}\` in \`${kind}Policies\`` }
        else if (names[kind].indexOf(name) < index)
          yield { path: at, message: `\`${name}\` stands there twice` }
      }
}

/** The root, the units and the accounts, with what is attached to each. */
export function* places({ root, units, accounts }: WrittenOrganization) {
  yield { path: ['root'], attached: root }
  for (const [id, one] of Object.entries(units)) yield { path: ['units', id], attached: one }
  for (const [id, one] of Object.entries(accounts)) yield { path: ['accounts', id], attached: one }
}
