import type { Environment } from '../../../config/references.ts'
import { type Api, apiOf } from '../../../connectors/oauth2/api.ts'
import { authorizationRequest, openParty, redeem } from '../../../connectors/oauth2/client.ts'
import { identityOf } from '../../../connectors/oauth2/connector.ts'
import { fromLibrary } from '../../../connectors/oidc/library-faults.ts'
import type { Output } from '../../check.ts'
import { type TryAsked, tryPerson } from '../try-person.ts'

/** `gatehouse connector oauth2 try ID --config FILE`; it shows what the provider's API told. */
export function oauth2Try(asked: TryAsked, env: Environment, output: Output): Promise<number> {
  return tryPerson(asked, env, output, {
    type: 'oauth2',
    async signIn(settings, ports, visit) {
      const party = openParty(asked.id, settings, ports)
      const { parameters, state, memo, signal } = await visit(party.redirectUri, (state, signal) =>
        authorizationRequest(party, state, signal),
      )
      const told: Record<string, unknown> = {}
      const person = await fromLibrary(async () => {
        const configuration = party.configuration(signal)
        const attempted = { state, verifier: memo ?? '' }
        const { accessToken } = await redeem(party, configuration, parameters, attempted)
        return party.provider.person(noting(apiOf(configuration, accessToken), told))
      })
      return { told, identity: identityOf(party, person) }
    },
  })
}

/** Notes what the API answers, member by member: the path alone, as a query may hold the token. */
function noting(api: Api, told: Record<string, unknown>): Api {
  return {
    ...api,
    async get(url, check) {
      const answer = await api.get(url, check)
      const { pathname } = new URL(url)
      const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer)
      if (!isObject) told[pathname] = answer
      else for (const [name, value] of Object.entries(answer)) told[`${pathname} ${name}`] = value
      return answer
    },
  }
}
