import { OidcFault } from '../oidc/oidc-fault.ts'
import { type Api, objectOf, textOf } from './api.ts'
import type { OAuth2Provider, Person } from './provider.ts'
import type { OAuth2Settings } from './settings.ts'

/** GitHub's pages have 100 entries at most, and a person may be in this many pages of teams. */
const perPage = 100
const mostPages = 10

/**
 * GitHub.com, GitHub Enterprise Server and GitHub Enterprise Cloud with data residency (GitHub
 * documentation, "Authorizing OAuth apps"). It gives no ID token: its API is asked who the token is
 * about. The issuer is the one that it names in answers (RFC 9207).
 */
export function github({
  url = 'https://github.com',
  organizations,
}: Pick<OAuth2Settings, 'url' | 'organizations'>): OAuth2Provider {
  const api = apiAddress(url)
  return {
    issuer: `${url}/login/oauth`,
    authorizationEndpoint: `${url}/login/oauth/authorize`,
    tokenEndpoint: `${url}/login/oauth/access_token`,
    scopes: ['read:org', 'user:email'],
    api,
    person: async (asked) => {
      const user = objectOf(await asked.get(`${api}/user`, 'user-info'))
      const id = idOf(user.id)
      const username = textOf(user.login, 'login')
      const organizationsOf = await memberships(asked, api, id)
      const allowed = organizationsOf.filter(
        (one) =>
          organizations === undefined ||
          organizations.some(
            ({ login, id: wanted }) =>
              login === one.login && (wanted === undefined || wanted === one.id),
          ),
      )
      if (organizations !== undefined && allowed.length === 0)
        throw new OidcFault('claim', 'the person is in no organisation that may sign in here', {
          expected: organizations.map(({ login }) => login).join(', '),
        })
      const emails = await verifiedEmail(asked, api)
      return {
        subject: String(id),
        username,
        displayName: typeof user.name === 'string' && user.name !== '' ? user.name : username,
        attributes: new Map(emails.length > 0 ? [['email', emails]] : []),
        groups: [
          ...allowed.map(({ login }) => login),
          ...(await teams(asked, api, new Set(allowed.map((one) => one.id)))),
        ],
      } satisfies Person
    },
  }
}

/** Where the API is: below the server's own path, or on a host of its own. */
function apiAddress(url: string): string {
  const { host } = new URL(url)
  return host === 'github.com' || host.endsWith('.ghe.com')
    ? `https://api.${host}`
    : `${url}/api/v3`
}

interface Organization {
  readonly id: number
  readonly login: string
}

/** The organisations that the person is in; who is only invited is not. */
async function memberships(
  asked: Api,
  api: string,
  person: number,
): Promise<readonly Organization[]> {
  const all = await everyPage(asked, `${api}/user/memberships/orgs?state=active`)
  return all.flatMap((one) => {
    if (idOf(objectOf(one.user).id) !== person)
      throw new OidcFault('subject', 'a membership is of another person')
    return one.state === 'active' ? [organizationOf(one.organization)] : []
  })
}

/** `ORGANISATION/TEAM`, of organisations with these numbers. */
async function teams(
  asked: Api,
  api: string,
  allowed: ReadonlySet<number>,
): Promise<readonly string[]> {
  const all = await everyPage(asked, `${api}/user/teams`)
  return all.flatMap((one) => {
    const { id, login } = organizationOf(one.organization)
    return allowed.has(id) ? [`${login}/${nameOf(one.slug, 'slug')}`] : []
  })
}

function organizationOf(value: unknown): Organization {
  const { id, login } = objectOf(value)
  return { id: idOf(id), login: nameOf(login, 'organization.login').toLowerCase() }
}

/** A slash in a name would make a team of one organisation look like one of another. */
function nameOf(value: unknown, name: string): string {
  const text = textOf(value, name)
  if (!text.includes('/')) return text
  throw new OidcFault('groups', 'a name of an organisation or a team has a slash')
}

/** The primary address, if it is verified: others may be of anybody. */
async function verifiedEmail(asked: Api, api: string): Promise<readonly string[]> {
  const all = await everyPage(asked, `${api}/user/emails`, 'user-info')
  return all
    .filter(({ primary, verified }) => primary === true && verified === true)
    .map(({ email }) => textOf(email, 'email'))
    .slice(0, 1)
}

/** Throws OidcFault where there are more pages than are read: a part could miss a group. */
async function everyPage(
  asked: Api,
  url: string,
  check: 'groups' | 'user-info' = 'groups',
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found: Readonly<Record<string, unknown>>[] = []
  for (let page = 1; page <= mostPages; page++) {
    const at = new URL(url)
    at.searchParams.set('per_page', String(perPage))
    at.searchParams.set('page', String(page))
    const entries = await asked.get(at.href, check)
    if (!Array.isArray(entries) || entries.length > perPage)
      throw new OidcFault(check, 'an answer of the provider has another form')
    found.push(...entries.map(objectOf))
    if (entries.length < perPage) return found
  }
  throw new OidcFault(check, `the person has more than ${mostPages} pages of entries`, {
    found: new URL(url).pathname,
  })
}

function idOf(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw new OidcFault('subject', 'the provider names somebody or something without a number')
}
