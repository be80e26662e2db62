import { redirects } from '../../connectors/connector.ts'
import type { Send } from '../../connectors/redirect-upstream.ts'
import type { Identity } from '../../kernel/identity.ts'
import { messageId } from './attempts.ts'
import type { RedirectPorts } from './redirect-ports.ts'

/** The message that signs a person out at the provider too; undefined when there is none. */
export function signOut(
  { signIn, ids }: Pick<RedirectPorts, 'signIn' | 'ids'>,
  identity: Identity,
): Send | undefined {
  const connector = signIn
    .connectors()
    .filter(redirects)
    .find(({ id }) => id === identity.connector)
  return connector?.upstream.signOut?.(messageId(ids), identity)
}
