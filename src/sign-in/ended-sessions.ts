import { unspecifiedFormat } from '../connectors/saml/assertion.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Identity } from '../kernel/identity.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { keyOf } from './sign-in-token.ts'

/**
 * How long an ending is kept. No browser session lasts longer, so every session from before it has
 * expired then.
 */
const keptMs = 37 * 3_600_000

export interface EndedSessionPorts {
  readonly ephemeral: Pick<Ephemeral, 'put' | 'get'>
  readonly clock: Clock
}

/**
 * Names the sessions of a connector that `parts` select, as an ending and a session both can tell.
 */
export function sessionsMark(connector: string, ...parts: readonly (string | null)[]): string {
  return keyOf(JSON.stringify([connector, ...parts]))
}

/**
 * Ends every session on the server that has one of these marks. Needs no cookie: a provider calls
 * from elsewhere, and a browser sends none in a frame of another site. Stores the time only;
 * `wasEnded` compares it when a session is used next.
 */
export async function endMarked(
  { ephemeral, clock }: EndedSessionPorts,
  marks: readonly string[],
): Promise<void> {
  const now = clock.now()
  const until = new Date(now.getTime() + keptMs)
  for (const mark of marks) await ephemeral.put('signed-out', mark, now.toISOString(), until)
}

/** Whether the identity provider signed this person's session out. */
export async function wasEnded(
  { ephemeral }: Pick<EndedSessionPorts, 'ephemeral'>,
  identity: Pick<Identity, 'connector' | 'authenticatedAt' | 'saml' | 'oidc'>,
): Promise<boolean> {
  const marks = new Set([...samlMarks(identity), ...oidcMarks(identity)])
  for (const mark of marks) {
    const at = await ephemeral.get('signed-out', mark)
    if (at !== undefined && identity.authenticatedAt.getTime() <= Date.parse(at)) return true
  }
  return false
}

/** A request may omit the format of the NameID, and may name no session. */
function samlMarks({ connector, saml }: Pick<Identity, 'connector' | 'saml'>): readonly string[] {
  if (saml?.nameId === undefined) return []
  const { nameId, format = unspecifiedFormat, sessionIndex = null } = saml
  return [format, unspecifiedFormat].flatMap((one) =>
    [null, sessionIndex].map((index) => sessionsMark(connector, nameId, one, index)),
  )
}

/**
 * A logout token with a session id ends that session alone; without one, all of the person. Of
 * sessions whose ID token named none it is not known which they are: they end with any.
 */
function oidcMarks({ connector, oidc }: Pick<Identity, 'connector' | 'oidc'>): readonly string[] {
  if (!oidc) return []
  const { subject, sessionId } = oidc
  return [
    sessionsMark(connector, 'sub', subject),
    sessionId === undefined
      ? sessionsMark(connector, 'sub-of-some-sid', subject)
      : sessionsMark(connector, 'sid', sessionId),
  ]
}

/** The marks of the sessions that a logout token ends. */
export function endedByToken(
  connector: string,
  {
    subject,
    sessionId,
  }: { readonly subject?: string | undefined; readonly sessionId?: string | undefined },
): readonly string[] {
  const named = (kind: string, value: string | undefined) =>
    value === undefined ? [] : [sessionsMark(connector, kind, value)]
  return sessionId === undefined
    ? named('sub', subject)
    : [...named('sid', sessionId), ...named('sub-of-some-sid', subject)]
}
