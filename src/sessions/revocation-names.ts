import { longestName } from '../kernel/identity.ts'
import type { RevocationScope } from '../store/records.ts'

const ofConnector = new RegExp(String.raw`^[\w.-]{1,255}/.{1,${longestName}}$`, 's')

/** The form of the target for each scope. */
export const targetForms: Readonly<
  Record<RevocationScope, { readonly pattern: RegExp; readonly form: string }>
> = {
  session: { pattern: /^ASIA[A-Z2-7]{16}$/, form: 'the access key id of the session' },
  person: { pattern: ofConnector, form: '`CONNECTOR/SUBJECT`' },
  username: { pattern: ofConnector, form: '`CONNECTOR/USERNAME`' },
  connector: {
    pattern: /^[\w.-]{1,255}(?:\/[\x21-\x7e]{0,254})?$/,
    form: "the connector's id, or an OpenID Connect provider's URL without `https://`",
  },
  certificate: {
    pattern: /^(?:[0-9a-f]{64}|(?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i,
    form:
      "the SHA-256 fingerprint of a SAML identity provider's certificate, as " +
      '`openssl x509 -noout -fingerprint -sha256` tells it',
  },
  rule: { pattern: /^.{1,200}$/s, form: "the mapping rule's name" },
  role: { pattern: /^[\w+=,.@-]{1,64}$/, form: "the role's name" },
  user: {
    pattern: /^[\w+=,.@-]{1,64}$/,
    form: "the user's name or unique id, or the account for its root",
  },
  everything: { pattern: /^$/, form: 'no target' },
}

/** The account under which revocations for all accounts are stored. */
export const everyAccount = '*'

/** Returns the name of what a revocation ends, which is its key. */
export function revocationName(account: string, scope: RevocationScope, target: string): string {
  const folded = scope === 'rule' || scope === 'person' ? target : target.toLowerCase()
  return `${account} ${scope} ${scope === 'certificate' ? folded.replaceAll(':', '') : folded}`
}

/** Returns the account of a name. */
export const accountOf = (one: string): string => one.slice(0, one.indexOf(' '))
/** Returns the name that is the same in another account. */
export const withAccount = (account: string, one: string): string =>
  account + one.slice(one.indexOf(' '))

/** Returns the scope of a name. */
export const scopeOf = (one: string) => one.split(' ', 2)[1] as RevocationScope
