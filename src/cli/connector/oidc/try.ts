import type { Environment } from '../../../config/references.ts'
import { redeem } from '../../../connectors/oidc/answer.ts'
import { openParty } from '../../../connectors/oidc/connector.ts'
import { oidcIdentity } from '../../../connectors/oidc/identity.ts'
import { fromLibrary } from '../../../connectors/oidc/library-faults.ts'
import { authorizationRequest, memoOf } from '../../../connectors/oidc/request.ts'
import type { Output } from '../../check.ts'
import { type TryAsked, tryPerson } from '../try-person.ts'

/** `gatehouse connector oidc try ID --config FILE`; what the provider told are the claims. */
export function oidcTry(asked: TryAsked, env: Environment, output: Output): Promise<number> {
  return tryPerson(asked, env, output, {
    type: 'oidc',
    async signIn(settings, ports, visit) {
      const party = await openParty(asked.id, settings, ports)
      const { parameters, state, memo, signal } = await visit(party.redirectUri, (state, signal) =>
        authorizationRequest(party, state, signal),
      )
      const attempted = { ...memoOf(memo), state }
      const proved = await fromLibrary(() => redeem(party, parameters, attempted, signal))
      const identity = oidcIdentity(asked.id, settings, proved, ports.clock.now())
      return { told: proved.claims, identity }
    },
  })
}
