import { createHmac } from 'node:crypto'
import { openApps } from '../apps/open-apps.ts'
import { buildRegisteredApps } from '../apps/registered-apps.ts'
import { withTerminal, withTerminalRule } from '../apps/terminal.ts'
import { keptSecret, subjectSecret } from '../credentials/kept-secret.ts'
import { unsealSession } from '../credentials/session-token.ts'
import { buildSessionProofs } from '../sessions/session-proof.ts'
import { buildProveAssertion } from '../sign-in/wire/prove-assertion.ts'
import { createIssuerKeys } from '../web-identity/issuer-keys.ts'
import { grantSealer } from './grant-sealer.ts'
import type { Inner } from './inner.ts'
import { postForm } from './post-form.ts'
import { openPublishedKeys } from './published-keys.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds Gatehouse as the OpenID provider of apps; they are read anew at each request. */
export async function buildApps(
  around: Surroundings,
  { ground, people, sessions }: Inner,
  sessionSecrets: readonly string[],
) {
  const { settings, current, publicUrl, clock, ids, log } = around
  const { store, keys, audit, shortLived } = ground
  const secrets = { documents: store.documents, ring: keys.ring, ids }
  return openApps({
    apps: () => withTerminal(current().settings.apps, current().settings.terminal),
    acrValues: () => current().settings.acrValues,
    resources: () => current().settings.resources,
    rules: () => withTerminalRule(current().appRules),
    registration: () => current().settings.registration,
    registered: buildRegisteredApps({ documents: store.documents, clock, ids }),
    ...{ publicUrl, audit, clock, ids, log },
    cookieKeys: sessionSecrets.map(cookieKey),
    sealGrant: grantSealer(around, keys),
    subjectSecret: await keptSecret(secrets, subjectSecret),
    lifetimeSeconds: settings.session.lifetimeSeconds,
    ephemeral: shortLived.ephemeral,
    tries: shortLived.tries,
    ...{ signIn: people.signIn, openSessions: people.inBrowsers.openSessions },
    sessions: buildSessionProofs({
      publicUrl,
      callers: sessions.callers,
      unsealSession: (token) => unsealSession(keys.ring, token),
      clock,
    }),
    proveAssertion: buildProveAssertion({
      keys: createIssuerKeys({ outbound: ground.outbound, clock, log }),
      clock,
    }),
    wasEnded: people.redirectSignIn.wasEnded,
    appKeys: keys.appKeys,
    post: (url, form) => postForm(ground.outbound, url, form),
    publishedKeys: openPublishedKeys({ outbound: ground.outbound, clock, log }),
  })
}

/** So that no signature of one kind of cookie is good for another. */
function cookieKey(secret: string): string {
  return createHmac('sha256', secret).update('cookies of apps').digest('base64url')
}
