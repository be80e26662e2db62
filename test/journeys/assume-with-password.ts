import type { Keys } from './aws-cli.ts'

export interface Assumed {
  readonly status: number
  readonly text: string
  /** Empty strings when it was refused. */
  readonly keys: Required<Keys>
  readonly expiration: string
}

/** AssumeRoleWithLDAPIdentity as a client without an SDK sends it: one unsigned form. */
export async function assumeWithPassword(
  origin: string,
  LDAPUsername: string,
  LDAPPassword: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Assumed> {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithLDAPIdentity',
    Version: '2011-06-15',
    LDAPUsername,
    LDAPPassword,
    ...more,
  })
  const answer = await fetch(origin, { method: 'POST', body })
  const text = await answer.text()
  const part = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? ''
  return {
    status: answer.status,
    text,
    expiration: part('Expiration'),
    keys: {
      AccessKeyId: part('AccessKeyId'),
      SecretAccessKey: part('SecretAccessKey'),
      SessionToken: part('SessionToken'),
    },
  }
}
