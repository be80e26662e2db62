import type { Identity } from '../kernel/identity.ts'

/** An identity as text for the browser session. It stays on the server. */
export function identityText(identity: Identity): string {
  return JSON.stringify({ ...identity, attributes: [...identity.attributes], authenticatedAt: identity.authenticatedAt.toISOString() })
}

/** The reverse of `identityText`. Throws on anything else: only the server ever wrote it. */
export function identityOf(text: string): Identity {
  const plain = JSON.parse(text)
  const dates = { authenticatedAt: new Date(plain.authenticatedAt), ...(plain.endsAt !== undefined && { endsAt: new Date(plain.endsAt) }) }
  return { ...plain, ...dates, attributes: new Map(plain.attributes) }
}
