import type { Call } from '../../call.ts'
import { pickFrom } from '../entity-forms/pickers.ts'
import { nameInArn } from '../parts.ts'
import { words } from './words.ts'

const option = ({ Arn = '' }: { readonly Arn?: string | undefined }) => ({
  ...{ value: Arn, words: nameInArn(Arn), help: Arn },
})

/** The quotas keep each kind of provider within one answer. */
export function pickSamlProviders(call: Call<'iam:ListSAMLProviders'>) {
  return (sought: string) =>
    pickFrom(
      async () => {
        const { SAMLProviderList = [] } = await call('iam:ListSAMLProviders', {})
        return { options: SAMLProviderList.map(option), marker: undefined }
      },
      { many: false, typed: words.create.typedSaml, sought },
    )
}

export function pickOidcProviders(call: Call<'iam:ListOpenIDConnectProviders'>) {
  return (sought: string) =>
    pickFrom(
      async () => {
        const { OpenIDConnectProviderList = [] } = await call('iam:ListOpenIDConnectProviders', {})
        return { options: OpenIDConnectProviderList.map(option), marker: undefined }
      },
      { many: false, typed: words.create.typedOidc, sought },
    )
}
