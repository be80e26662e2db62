import { iamArn, parseArn } from '../../../kernel/arn.ts'
import type { OidcProviderRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'

type ProviderCall = Call<'InvalidInput' | 'NoSuchEntity'>
type Refusing = Pick<Call<'InvalidInput'>, 'fault'>
type Conditions = NonNullable<Target['conditions']>

interface ProviderArn {
  readonly account: string
  readonly name: string
}

/** IAM quotas, "OpenID Connect identity providers". */
export const quotas = { providers: 100, clientIds: 100, thumbprints: 5 } as const

function parseProviderArn(text: string, { fault, caller }: ProviderCall): ProviderArn {
  const arn = parseArn(text)
  const name = /^oidc-provider\/(.+)$/.exec(arn?.resource ?? '')?.[1]
  if (!arn || name === undefined || arn.service !== 'iam' || arn.region !== '' || arn.partition !== caller.partition) {
    throw fault('InvalidInput', `Invalid ARN: ${text} is not the ARN of an OpenID Connect provider.`)
  }
  return { account: arn.account, name }
}

/** The provider of that ARN, where it is in the caller's account: nobody acts on another's. */
export async function findProvider(arn: string, call: ProviderCall, reads: Reads): Promise<OidcProviderRecord | undefined> {
  const { account, name } = parseProviderArn(arn, call)
  return account === call.account ? reads.find('oidcProvider', account, name) : undefined
}

export function providerTarget(arn: string, call: ProviderCall, found: OidcProviderRecord | undefined, conditions: Conditions = {}): Target {
  return { resource: arn, resourceAccount: parseProviderArn(arn, call).account, conditions: { ...resourceTagConditions(found?.tags), ...conditions } }
}

export function providerArn(partition: string, { account, name }: Pick<OidcProviderRecord, 'account' | 'name'>): string {
  return iamArn(partition, account, 'oidc-provider', name)
}

/** Throws NoSuchEntity. */
export function existing(found: OidcProviderRecord | undefined, arn: string, { fault }: ProviderCall): OidcProviderRecord {
  if (!found) throw fault('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`)
  return found
}

/** As `existing`, for changes: what the settings put in place is theirs to change. Throws AccessDenied. */
export function changeable(found: OidcProviderRecord | undefined, arn: string, call: ProviderCall): OidcProviderRecord {
  const record = existing(found, arn, call)
  if (record.managedBy === 'config') throw call.fault('AccessDenied', `${arn} is put in place by the settings file: change it there.`)
  return record
}

/** Throws InvalidInput. Answers lower case. */
export function checkThumbprints(list: readonly string[], { fault }: Refusing): readonly string[] {
  if (list.length > quotas.thumbprints) throw fault('InvalidInput', `Thumbprint list must contain at most ${quotas.thumbprints} entries.`)
  const wrong = list.find((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint))
  if (wrong !== undefined) throw fault('InvalidInput', `Invalid thumbprint: ${wrong}. A thumbprint is a SHA-1 in 40 hexadecimal digits.`)
  return [...new Set(list.map((thumbprint) => thumbprint.toLowerCase()))]
}
