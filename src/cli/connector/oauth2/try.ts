import type { Environment } from '../../../config/references.ts'
import { type Api, apiOf } from '../../../connectors/oauth2/api.ts'
import { authorizationRequest, openParty, redeem } from '../../../connectors/oauth2/client.ts'
import { identityOf } from '../../../connectors/oauth2/connector.ts'
import { fromLibrary } from '../../../connectors/oidc/library-faults.ts'
import { OidcFault } from '../../../connectors/oidc/oidc-fault.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { openOutbound } from '../../../outbound/outbound.ts'
import type { Output } from '../../check.ts'
import { fitSettings } from '../../fit-settings.ts'
import { plain, reportMapping } from '../../mapping-report.ts'
import { openDesk } from '../desk.ts'
import { personLines } from '../person-lines.ts'

export interface OAuth2TryAsked {
  readonly config: string
  readonly id: string
  /** Port of loopback; 0 takes a free one. */
  readonly port: string
}

/**
 * `gatehouse connector oauth2 try ID --config FILE`: signs a person in through the connector, with
 * a listener on loopback in place of Gatehouse, and prints what the provider's API told, the
 * identity and the result of every rule. Exit codes: 0 with grants, 2 without any, 1 where the
 * sign-in fails earlier.
 */
export async function oauth2Try(
  { config, id, port }: OAuth2TryAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const settings = loaded.settings.connectors[id]
  if (settings?.type !== 'oauth2') {
    output.err(`${config} has no connector \`${id}\` of type oauth2`)
    return 1
  }
  await using outbound = await openOutbound(loaded.settings.outbound)
  await using desk = await openDesk(Number(port))
  const party = openParty(id, settings, { clock: systemClock, outbound, publicUrl: desk.origin })
  try {
    const { parameters, state, memo, signal } = await desk.visit(
      party.redirectUri,
      (state, signal) => authorizationRequest(party, state, signal),
      output,
    )
    const told: Record<string, unknown> = {}
    const person = await fromLibrary(async () => {
      const configuration = party.configuration(signal)
      const attempted = { state, verifier: memo ?? '' }
      const { accessToken } = await redeem(party, configuration, parameters, attempted)
      return party.provider.person(noting(apiOf(configuration, accessToken), told))
    })
    const identity = identityOf(party, person)
    for (const line of personLines(told, identity)) output.out(line)
    return reportMapping(loaded.mappings.evaluate(identity), output)
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    output.err(`${id}: ${plain(error.detail)}`)
    return 1
  }
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
