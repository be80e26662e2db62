import { addressOf } from '../address.ts'

type Kind = 'oidc' | 'saml'

/** Where a provider is looked at, or what is done with it. */
export function providerAddress(kind: Kind, arn: string, what?: 'edit' | 'tags' | 'delete') {
  const at = addressOf(`/console/identity-providers/${kind}/:arn`, { arn })
  return what === undefined ? at : `${at}/${what}`
}
