import { hash } from 'node:crypto'
import type { Provider } from 'oidc-provider'
import { type ProveAssertion, skewMs } from '../sign-in/wire/prove-assertion.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import { findApp, jwtBearerGrant } from './app.ts'
import { checkSubjectRequest, giveSubjectToken, type SubjectTokenPorts } from './subject-token.ts'
import { subjectOfAssertion } from './subjects.ts'

export interface JwtBearerPorts extends SubjectTokenPorts {
  readonly proveAssertion: ProveAssertion
  readonly ephemeral: Pick<Ephemeral, 'claim'>
  /** Our names: the issuer and the token endpoint. */
  readonly audiences: readonly string[]
}

/** Assertions of other issuers as grants (RFC 7523, section 2.1), each good for one token. */
export function registerJwtBearer(provider: Provider, ports: JwtBearerPorts): void {
  const { errors, ephemeral } = ports
  provider.registerGrantType(
    jwtBearerGrant,
    async (ctx) => {
      const { client, params } = ctx.oidc
      const app = findApp(ports.apps(), client.clientId)
      const text = params.assertion
      if (typeof text !== 'string') throw new errors.InvalidRequest('assertion is missing')
      checkSubjectRequest(ctx.oidc, ports)
      const proved = await ports.proveAssertion(text, app?.assertions ?? [], ports.audiences)
      if (!proved.ok) throw new errors.InvalidGrant(proved.refused)
      const { assertion } = proved
      const subject = subjectOfAssertion(assertion)
      const id = hash('sha256', JSON.stringify([assertion.issuer, assertion.id]), 'base64url')
      // After every check, so that a refusal does not use it up.
      const { expiresAt: endsAt, madeAt } = assertion
      // A node whose clock is late takes it for longer.
      const until = new Date(endsAt.getTime() + skewMs)
      if (!(await ephemeral.claim('app', `Assertion/used/${id}`, until, madeAt)))
        throw new errors.InvalidGrant('the assertion was used before')
      await giveSubjectToken(ports, ctx, { subject, endsAt, gty: 'jwt_bearer' })
    },
    ['assertion', 'scope'],
  )
}
