import { type Identity, withoutTouch } from '../kernel/identity.ts'

/** An identity as text, for the browser session. It stays on the server. */
export function identityText(given: Identity): string {
  const identity = withoutTouch(given)
  return JSON.stringify({
    ...identity,
    attributes: [...identity.attributes],
    authenticatedAt: identity.authenticatedAt.toISOString(),
    provedAt: identity.provedAt?.toISOString(),
  })
}

/** Parses `identityText`. Throws on anything else, because only the server writes it. */
export function identityOf(text: string): Identity {
  const plain = JSON.parse(text)
  const dates = {
    authenticatedAt: new Date(plain.authenticatedAt),
    ...(plain.provedAt !== undefined && { provedAt: new Date(plain.provedAt) }),
    ...(plain.endsAt !== undefined && { endsAt: new Date(plain.endsAt) }),
    ...(plain.passwordEnd?.expiresAt !== undefined && {
      passwordEnd: { expiresAt: new Date(plain.passwordEnd.expiresAt) },
    }),
  }
  return { ...plain, ...dates, attributes: new Map(plain.attributes) }
}
