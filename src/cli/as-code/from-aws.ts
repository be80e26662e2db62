import { z } from 'zod'
import { managedPolicies } from '../../reference/managed-policies.ts'
import type { AccountConfiguration, Filling } from './account-configuration.ts'
import { entitiesOf, otherVersionsOf } from './details.ts'

const mostCharacters = 256 * 1_048_576
const listed = z.array(z.record(z.string(), z.unknown())).default([])
/** The four lists of GetAccountAuthorizationDetails; what is in them is checked as it is read. */
const details = z.object({
  UserDetailList: listed,
  GroupDetailList: listed,
  RoleDetailList: listed,
  Policies: listed,
})
type Details = Parameters<typeof entitiesOf>[0][number]

export interface FromAws {
  readonly configuration: AccountConfiguration
  /** What was not taken over, a line each. */
  readonly notes: readonly string[]
}

/**
 * The entities in the JSON that `aws iam get-account-authorization-details` writes. `account`: the
 * account here that takes them over; ARNs of the account there become its own. Throws an Error for
 * what is no such JSON.
 */
export async function configurationOf(text: string, account: string | undefined): Promise<FromAws> {
  if (text.length > mostCharacters) throw new Error('the file is larger than 256 MiB')
  const parsed = details.safeParse(JSON.parse(text))
  if (!parsed.success)
    throw new Error('this is not what `aws iam get-account-authorization-details` writes')
  const there = accountOf(text)
  const told = JSON.parse(text) as Details
  const found = entitiesOf([told])
  const entities = account === undefined ? found : moved(found, there, account)
  const configuration = { account: account ?? there, entities }
  return { configuration, notes: await notesOf(told, configuration) }
}

/** The account of the first entity that is not ready-made. */
function accountOf(text: string): string {
  const [, found] = /"Arn"\s*:\s*"arn:[a-z-]+:iam::(\d{12}):/.exec(text) ?? []
  if (found === undefined) throw new Error('the file has no user, group, role or policy')
  return found
}

/** ARNs of IAM and STS, and principals that are an account id, with another account. */
function moved(entities: Filling, from: string, to: string): Filling {
  if (!/^\d{12}$/.test(to)) throw new Error(`\`${to}\` is no account id`)
  const text = (value: unknown) =>
    JSON.stringify(value)
      .replaceAll(new RegExp(`(arn:[a-z-]+:(?:iam|sts)::)${from}:`, 'g'), `$1${to}:`)
      .replaceAll(`"${from}"`, `"${to}"`)
  return Object.fromEntries(
    Object.entries(entities).map(([kind, map]) => [kind, new Map(JSON.parse(text([...map])))]),
  ) as unknown as Filling
}

async function notesOf(
  told: Details,
  { account, entities }: AccountConfiguration,
): Promise<readonly string[]> {
  const services = (told.RoleDetailList ?? []).filter(({ Path }) =>
    Path?.startsWith('/aws-service-role/'),
  )
  const versions = [...otherVersionsOf([told]).values()].flat().length
  const known = await managedPolicies('aws')
  const holders = [...entities.users, ...entities.groups, ...entities.roles]
  const missing = holders.flatMap(([name, { attachedPolicies }]) =>
    attachedPolicies
      .filter((arn) => arn.includes(':iam::aws:') && !known.find(arn))
      .map((arn) => `not here: ${arn}, which ${name} has attached`),
  )
  const foreign = [...entities.roles].flatMap(([name, { trustPolicy }]) =>
    [...JSON.stringify(trustPolicy).matchAll(/"arn:[a-z-]+:iam::(\d{12}):(?:user|role)\/[^"]*"/g)]
      .filter(([, of]) => of !== account)
      .map(([arn]) => `role ${name} trusts ${arn}, which has to be there first`),
  )
  return [
    'not in the file: passwords, access keys, MFA devices and certificates; identity providers; ' +
      'instance profiles without a role; descriptions and longest sessions of roles (3600 is ' +
      'written); tags of policies',
    ...(services.length > 0 ? [`left out: ${services.length} service-linked roles`] : []),
    ...(versions > 0
      ? [`left out: ${versions} versions of policies that are not the default`]
      : []),
    ...missing,
    ...foreign,
  ]
}
