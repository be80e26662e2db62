import { familiar } from './provider.ts'

interface Named {
  readonly provider: string
  readonly subject: string
  readonly audience: string
  readonly originalAudience?: string | undefined
}

/**
 * The condition keys of a web identity, names in lower case: `HOST/PATH:aud`, `:sub`, `:oaud` for
 * Google, and the names that AWS uses for Facebook and Amazon (IAM user guide, "Available keys for
 * AWS OIDC federation").
 */
export function webIdentityKeys({
  provider,
  subject,
  audience,
  originalAudience,
}: Named): readonly (readonly [key: string, value: string])[] {
  const prefix = provider.toLowerCase()
  const values = { aud: audience, sub: subject }
  const also = Object.hasOwn(familiar, provider) ? familiar[provider]!.keys : {}
  return [
    [`${prefix}:aud`, audience],
    [`${prefix}:sub`, subject],
    ...(originalAudience === undefined ? [] : [[`${prefix}:oaud`, originalAudience] as const]),
    ...Object.entries(also).map(([key, of]) => [key, values[of]] as const),
  ]
}
