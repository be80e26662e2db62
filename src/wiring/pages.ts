import { knowsCaller } from '../aws/large-bodies.ts'
import { cookieSecret, keptSecret } from '../credentials/kept-secret.ts'
import { unsealSession } from '../credentials/session-token.ts'
import { buildApp } from '../http/app.ts'
import { buildHealthApp } from '../http/health-app.ts'
import { checkOutcomes } from '../http/routes/health.ts'
import { consoleForms } from '../sign-in/console-forms.ts'
import { buildPortal } from '../sign-in/portal.ts'
import { buildApps } from './apps.ts'
import { findAccount } from './find-account.ts'
import { buildGate } from './gate.ts'
import type { Inner } from './inner.ts'
import { policyReferences } from './policy-references.ts'
import { readinessChecks } from './readiness.ts'
import type { Surroundings } from './surroundings.ts'
import { buildTouches, buildUsers } from './users.ts'
import type { Wire } from './wire.ts'

/**
 * Builds the handlers of both listeners: the API and pages on one, health and metrics on the other.
 */
export async function buildPages(around: Surroundings, inner: Inner & { readonly wire: Wire }) {
  const { settings, publicUrl, clock, ids, log } = around
  const { ground, sessions, people, wire, upstream, authorization } = inner
  const { store, keys, shortLived, registry } = ground
  const { listen, limits, region, branding, webIdentity } = settings
  const portal = buildPortal({
    ephemeral: shortLived.ephemeral,
    clock,
    callers: sessions.callers,
    unsealSession: (token) => unsealSession(keys.ring, token),
  })
  const secretPorts = { documents: store.documents, ring: keys.ring, ids }
  const sessionSecrets = [await keptSecret(secretPorts, cookieSecret)]
  const app = buildApp({
    ...{ publicUrl, branding, region, clock, ids, log, portal, sessionSecrets },
    ...{ trustedProxies: listen.trustedProxies, clientCertificate: listen.clientCertificate },
    bodyBytes: limits.bodyBytes,
    knowsCaller: knowsCaller(sessions.callers),
    webIdentityOrigins: webIdentity.allowedOrigins,
    signIn: people.signIn,
    userSignIn: buildUsers(around, inner),
    touchForCode: buildTouches(around, inner),
    redirectSignIn: people.redirectSignIn,
    ...people.inBrowsers,
    consoleFederation: people.consoleFederation,
    forms: consoleForms(shortLived.ephemeral, ids, clock),
    tokenIssuer: sessions.tokenIssuer,
    ...{ upstreamTokens: upstream.tokens, upstreamConsole: upstream.console },
    ...{ dispatch: wire.dispatch, dispatchJson: wire.dispatchJson, dispatchAs: wire.dispatchAs },
    policyReference: policyReferences(authorization.services),
    findAccount: (name) => findAccount(store.reads, name),
    sessionStore: shortLived.sessionStore,
    audit: ground.audit,
    apps: await buildApps(around, inner, sessionSecrets),
    gate: buildGate(around, inner),
  })
  const outcomes = () => checkOutcomes(readinessChecks(around, inner))
  return { app, operations: buildHealthApp({ registry, outcomes }), readiness: outcomes }
}
