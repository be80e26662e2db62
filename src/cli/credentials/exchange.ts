import type { PasswordEnd } from '../../kernel/password-end.ts'

/**
 * The output that the AWS CLI expects of a `credential_process` (AWS CLI guide, "Sourcing
 * credentials with an external process").
 */
export interface ProcessCredentials {
  readonly Version: 1
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  /** ISO 8601. */
  readonly Expiration: string
}

export interface Exchange {
  /** Gatehouse's address. */
  readonly endpoint: string
  readonly username: string
  readonly password: string
  readonly roleArn?: string | undefined
  readonly provider?: string | undefined
  readonly durationSeconds?: number | undefined
}

/** The server's answer that there are no credentials, in its own words. */
export class ExchangeRefused extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.name = 'ExchangeRefused'
    this.code = code
  }
}

/**
 * Throws an Error for an invalid address, and for one where a password must not be sent, before
 * anybody types the password.
 */
export function endpointUrl(endpoint: string): URL {
  const url = URL.canParse('/', endpoint) ? new URL('/', endpoint) : undefined
  if (!url)
    throw new Error(
      `--endpoint \`${endpoint}\` is not a URL: write it as \`https://sso.example.com\``,
    )
  const loopback =
    url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !loopback)
    throw new Error(`\`${endpoint}\` is not https: a password is not sent there`)
  return url
}

export interface Exchanged {
  readonly credentials: ProcessCredentials
  /** Of the session. */
  readonly arn: string
  readonly passwordEnd: PasswordEnd | undefined
  readonly upstream: HandedOn | undefined
}

/** Whose credentials they are, where they are not Gatehouse's own. */
export interface HandedOn {
  readonly region: string
  /** Address of the STS, where it is not AWS's. */
  readonly endpoint: string | undefined
  /** Where its console is signed in to. */
  readonly federationEndpoint: string | undefined
}

/**
 * Calls `AssumeRoleWithLDAPIdentity`: the password goes in the body of a POST and nowhere else.
 * Throws ExchangeRefused with the server's own message, which
 * reveals no more than the sign-in page does, and an Error when there is no answer.
 */
export async function exchangePassword(input: Exchange, signal: AbortSignal): Promise<Exchanged> {
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
  if (!answer.ok)
    throw new ExchangeRefused(
      element(xml, 'Code') ?? String(answer.status),
      element(xml, 'Message') ?? 'no message',
    )
  const [id, secret, token, end] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
  ].map((n) => element(xml, n))
  if (!id || !secret || !token || !end)
    throw new Error(`\`${input.endpoint}\` did not answer as Gatehouse does`)
  return {
    credentials: {
      Version: 1,
      AccessKeyId: id,
      SecretAccessKey: secret,
      SessionToken: token,
      Expiration: end,
    },
    arn: element(xml, 'Arn') ?? '',
    passwordEnd: passwordEndIn(xml),
    upstream: upstreamIn(xml),
  }
}

function upstreamIn(xml: string): HandedOn | undefined {
  const region = element(xml, 'UpstreamRegion')
  if (region === undefined) return undefined
  return {
    region,
    endpoint: element(xml, 'UpstreamEndpoint'),
    federationEndpoint: element(xml, 'UpstreamFederationEndpoint'),
  }
}

function passwordEndIn(xml: string): PasswordEnd | undefined {
  const left = element(xml, 'PasswordSignInsLeft')
  if (left !== undefined && /^\d{1,10}$/.test(left)) return { signInsLeft: Number(left) }
  const expiresAt = new Date(element(xml, 'PasswordExpiration') ?? Number.NaN)
  return Number.isNaN(expiresAt.getTime()) ? undefined : { expiresAt }
}

async function posted(url: URL, form: URLSearchParams, signal: AbortSignal) {
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'error', signal })
  return { answer, xml: await answer.text() }
}

/**
 * Returns the cause: `fetch` itself says only "fetch failed". Where several addresses were tried,
 * the cause has a code and no message.
 */
function reason(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown }
  const told = (cause ?? error) as NodeJS.ErrnoException
  return told.message || told.code || String(error)
}

/**
 * Returns the text of an element. Gatehouse's own XML has each element that is read here once, and
 * without attributes.
 */
export function element(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  if (start < 0 || end < 0) return undefined
  return xml.slice(start + name.length + 2, end).replace(references, character)
}

/** References to characters (XML 1.0, 4.1), and to the predefined entities (4.6). */
const references = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function character(written: string, hex?: string, decimal?: string, entity?: string): string {
  if (entity !== undefined) return entities[entity] ?? written
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : written
}
