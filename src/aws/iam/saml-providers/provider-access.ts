import { iamArn, parseArn } from '../../../kernel/arn.ts'
import type { SamlProviderRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import type { Call, Target } from '../../operation.ts'
import { resourceTagConditions } from '../../request-context.ts'

type ProviderCall = Call<'InvalidInput' | 'NoSuchEntity'>
type Conditions = NonNullable<Target['conditions']>

export interface SamlProviderPorts {
  /** Reads metadata; the message says what is wrong with them. */
  readonly readMetadata: (text: string, now: Date) => { readonly ok: true; readonly validUntil?: Date } | { readonly ok: false; readonly message: string }
  /** Seals a private key in PEM under the key ring; undefined when it is none that can open assertions. */
  readonly sealKey: (pem: string) => string | undefined
}

/** IAM quotas, "SAML providers" and "Keys per SAML provider". */
export const quotas = { providers: 100, privateKeys: 2 } as const

function parseProviderArn(text: string, { fault, caller }: ProviderCall): { readonly account: string; readonly name: string } {
  const arn = parseArn(text)
  const name = /^saml-provider\/([\w._-]{1,128})$/.exec(arn?.resource ?? '')?.[1]
  if (!arn || name === undefined || arn.service !== 'iam' || arn.region !== '' || arn.partition !== caller.partition) {
    throw fault('InvalidInput', `Invalid ARN: ${text} is not the ARN of a SAML provider.`)
  }
  return { account: arn.account, name }
}

/** The provider of that ARN, where it is in the caller's account: nobody acts on another's. */
export async function findProvider(arn: string, call: ProviderCall, reads: Reads): Promise<SamlProviderRecord | undefined> {
  const { account, name } = parseProviderArn(arn, call)
  const found = account === call.account ? await reads.find('samlProvider', account, name.toLowerCase()) : undefined
  return found?.name === name ? found : undefined
}

export function providerTarget(arn: string, call: ProviderCall, found: SamlProviderRecord | undefined, conditions: Conditions = {}): Target {
  return { resource: arn, resourceAccount: parseProviderArn(arn, call).account, conditions: { ...resourceTagConditions(found?.tags), ...conditions } }
}

export function providerArn(partition: string, { account, name }: Pick<SamlProviderRecord, 'account' | 'name'>): string {
  return iamArn(partition, account, 'saml-provider', name)
}

/** Throws NoSuchEntity. */
export function existing(found: SamlProviderRecord | undefined, arn: string, { fault }: ProviderCall): SamlProviderRecord {
  if (!found) throw fault('NoSuchEntity', `SAML provider ${arn} cannot be found.`)
  return found
}

/** As `existing`, for changes: what the settings put in place is theirs to change. Throws AccessDenied. */
export function changeable(found: SamlProviderRecord | undefined, arn: string, call: ProviderCall): SamlProviderRecord {
  const record = existing(found, arn, call)
  if (record.managedBy === 'config') throw call.fault('AccessDenied', `${arn} is put in place by the settings file: change it there.`)
  return record
}

/** Throws InvalidInput. */
export function checkMetadata(text: string, { readMetadata }: SamlProviderPorts, { fault, now }: Pick<Call<'InvalidInput'>, 'fault' | 'now'>): void {
  const read = readMetadata(text, now)
  if (!read.ok) throw fault('InvalidInput', `Could not parse metadata: ${read.message}`)
}
