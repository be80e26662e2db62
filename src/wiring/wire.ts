import { authorizationMessages } from '../aws/authorization-message.ts'
import { buildDispatch } from '../aws/dispatch.ts'
import { batchOperations } from '../aws/gatehouse/batch.ts'
import { gatehouseOperations } from '../aws/gatehouse/operations.ts'
import { stsOperations } from '../aws/sts/operations.ts'
import { createAssume } from '../sign-in/wire/assume-with-web-identity.ts'
import { createIssuerKeys } from '../web-identity/issuer-keys.ts'
import { buildProveToken } from '../web-identity/prove-token.ts'
import { buildAnalysisOperations } from './analysis-operations.ts'
import { explainPorts } from './explain.ts'
import { buildIam } from './iam.ts'
import type { Inner } from './inner.ts'
import { buildMappingOperations } from './mapping-operations.ts'
import type { Surroundings } from './surroundings.ts'

/** Builds every operation of the AWS protocol, and the dispatcher that calls them. */
export function buildWire(around: Surroundings, inner: Inner) {
  const { ground, sessions, people, authorization } = inner
  const { settings, clock, ids, log } = around
  const { store, keys, audit } = ground
  const { callers, issuer, factors, revocations, tokenIssuer, uses } = sessions
  const { region, ownRegions } = settings
  const messages = authorizationMessages(keys.ring)
  const issuerKeys = createIssuerKeys({ outbound: ground.outbound, clock, log })
  const proveToken = buildProveToken({ keys: issuerKeys, clock })
  const assumeWithWebIdentity = createAssume({
    ...{ store, proveToken, issuer, revocations, clock },
    organization: () => around.organization().organization,
  })
  const iam = buildIam(around, inner)
  const others = [
    ...stsOperations({
      ...{ issuer, mfa: factors.mfa, tokenIssuer, messages, region },
      ...people.assumptions,
      assumeWithWebIdentity,
      ...{ endUpstreamSessions: inner.upstream.endSessions, audit, ids },
      ...settings.calls,
    }),
    ...iam,
    ...batchOperations({ iam, messages, ids, lastAccessed: uses.lastAccessed }),
    ...gatehouseOperations({ ...authorization, ...explainPorts(around, inner) }),
    ...buildMappingOperations(around, inner),
  ]
  const operations = [...others, ...buildAnalysisOperations(around, inner, others)]
  const { quotas } = settings.limits
  const limits = { bodyBytes: settings.limits.bodyBytes }
  const shared = { callers, ...uses, store, audit, clock, ids, region, messages, limits, quotas }
  const { proveService } = authorization
  return buildDispatch(operations, { ...shared, log, ownRegions, proveService })
}

export type Wire = ReturnType<typeof buildWire>
