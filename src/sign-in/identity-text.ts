import type { Identity } from '../kernel/identity.ts'

/** An identity as text for the browser session. It stays on the server. */
export function identityText(identity: Identity): string {
  return JSON.stringify({ ...identity, attributes: [...identity.attributes], authenticatedAt: identity.authenticatedAt.toISOString() })
}

/** The reverse of `identityText`. Throws on anything else: only the server ever wrote it. */
export function identityOf(text: string): Identity {
  const plain = JSON.parse(text)
  return { ...plain, attributes: new Map(plain.attributes), authenticatedAt: new Date(plain.authenticatedAt) }
}
