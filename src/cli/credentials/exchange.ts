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

/** Throws an Error for what is no address, and for one where a password may not go: known before anybody types it. */
export function endpointUrl(endpoint: string): URL {
  const url = URL.parse('/', endpoint)
  if (!url) throw new Error(`--endpoint \`${endpoint}\` is not a URL: write it as \`https://sso.example.com\``)
  const loopback = url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !loopback) throw new Error(`\`${endpoint}\` is not https: a password is not sent there`)
  return url
}

/**
 * `AssumeRoleWithLDAPIdentity`: the password goes in the body of a POST and nowhere else.
 * Throws an Error with the server's own sentence, which never tells more than the page would.
 */
export async function exchangePassword(input: Exchange, signal: AbortSignal): Promise<ProcessCredentials> {
  const url = endpointUrl(input.endpoint)
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithLDAPIdentity',
    Version: '2011-06-15',
    LDAPUsername: input.username,
    LDAPPassword: input.password,
  })
  if (input.roleArn) form.set('RoleArn', input.roleArn)
  if (input.provider) form.set('ProviderName', input.provider)
  if (input.durationSeconds) form.set('DurationSeconds', String(input.durationSeconds))
  const { answer, xml } = await posted(url, form, signal).catch((error: unknown) => {
    throw new Error(`the call to \`${input.endpoint}\` failed: ${reason(error)}`, { cause: error })
  })
  if (!answer.ok) throw new Error(`${element(xml, 'Code') ?? answer.status}: ${element(xml, 'Message') ?? 'no message'}`)
  const [id, secret, token, end] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'].map((n) => element(xml, n))
  if (!id || !secret || !token || !end) throw new Error(`\`${input.endpoint}\` did not answer as Gatehouse does`)
  return { Version: 1, AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: end }
}

async function posted(url: URL, form: URLSearchParams, signal: AbortSignal) {
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'error', signal })
  return { answer, xml: await answer.text() }
}

/** `fetch` says "fetch failed" and keeps why in the cause; where several addresses were tried, that has a code and no message. */
function reason(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown }
  const told = (cause ?? error) as NodeJS.ErrnoException
  return told.message || told.code || String(error)
}

/** Our own server's XML has each of these elements once, without attributes. */
function element(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  if (start < 0 || end < 0) return undefined
  return xml.slice(start + name.length + 2, end)
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')
}
