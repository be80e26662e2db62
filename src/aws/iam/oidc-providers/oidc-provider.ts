import { iamArn } from '../../../kernel/arn.ts'
import type { OidcProviderRecord } from '../../../store/records.ts'
import type { Call } from '../../operation.ts'
import { arnEntity, parseIamArn } from '../arn-entity.ts'
import { quotas } from '../quotas.ts'

/** Access for operations to the OpenID Connect provider named by an ARN. */
export const oidcProvider = arnEntity({
  kind: 'oidcProvider',
  member: 'OpenIDConnectProviderArn',
  parse(arn, call: Call<'InvalidInput' | 'NoSuchEntity'>) {
    const parsed = parseIamArn(arn, call, /^oidc-provider\/(.+)$/)
    if (parsed) return { account: parsed.account, key: parsed.name }
    const message = `Invalid ARN: ${arn} is not the ARN of an OpenID Connect provider.`
    throw call.fault('InvalidInput', message)
  },
  keyOf: ({ name }) => name,
  arnOf: (record, partition) => oidcProviderArn(partition, record),
  missing: (arn) => `OpenIDConnect Provider not found for arn ${arn}`,
})

export function oidcProviderArn(
  partition: string,
  { account, name }: Pick<OidcProviderRecord, 'account' | 'name'>,
): string {
  return iamArn({ partition, account }, 'oidc-provider', name)
}

export const tooManyClientIds =
  'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ' +
  String(quotas.clientIdsPerOidcProvider)

/** Returns the thumbprints in lower case. Throws InvalidInput. */
export function checkThumbprints(
  list: readonly string[],
  { fault }: Pick<Call<'InvalidInput'>, 'fault'>,
): readonly string[] {
  const most = quotas.thumbprintsPerOidcProvider
  if (list.length > most)
    throw fault('InvalidInput', `Thumbprint list must contain at most ${most} entries.`)
  const wrong = list.find((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint))
  if (wrong !== undefined)
    throw fault(
      'InvalidInput',
      `Invalid thumbprint: ${wrong}. A thumbprint is a SHA-1 in 40 hexadecimal digits.`,
    )
  return [...new Set(list.map((thumbprint) => thumbprint.toLowerCase()))]
}
