import type { ProcessCredentials } from './cache.ts'

export interface Exchange {
  /** Gatehouse's address. */
  readonly endpoint: string
  readonly username: string
  readonly password: string
  readonly roleArn?: string
  readonly provider?: string
  readonly durationSeconds?: number
}

/**
 * `AssumeRoleWithLDAPIdentity`: the password goes in the body of a POST and nowhere else.
 * Throws an Error with the server's own sentence, which never tells more than the page would.
 */
export async function exchangePassword(input: Exchange, signal: AbortSignal): Promise<ProcessCredentials> {
  const url = new URL('/', input.endpoint)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !loopback) throw new Error(`\`${input.endpoint}\` is not https: a password is not sent there`)
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithLDAPIdentity',
    Version: '2011-06-15',
    LDAPUsername: input.username,
    LDAPPassword: input.password,
  })
  if (input.roleArn) form.set('RoleArn', input.roleArn)
  if (input.provider) form.set('ProviderName', input.provider)
  if (input.durationSeconds) form.set('DurationSeconds', String(input.durationSeconds))
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'error', signal })
  const xml = await answer.text()
  if (!answer.ok) throw new Error(`${element(xml, 'Code') ?? answer.status}: ${element(xml, 'Message') ?? 'no message'}`)
  const [id, secret, token, end] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'].map((n) => element(xml, n))
  if (!id || !secret || !token || !end) throw new Error(`\`${input.endpoint}\` did not answer as Gatehouse does`)
  return { Version: 1, AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: end }
}

/** Our own server's XML has each of these elements once, without attributes. */
function element(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  if (start < 0 || end < 0) return undefined
  return xml.slice(start + name.length + 2, end)
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')
}
