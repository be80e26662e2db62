import type { Environment } from '../../../config/references.ts'
import { redeem } from '../../../connectors/oidc/answer.ts'
import { openParty } from '../../../connectors/oidc/connector.ts'
import { oidcIdentity } from '../../../connectors/oidc/identity.ts'
import { fromLibrary } from '../../../connectors/oidc/library-faults.ts'
import { OidcFault } from '../../../connectors/oidc/oidc-fault.ts'
import { authorizationRequest, memoOf } from '../../../connectors/oidc/request.ts'
import { systemClock } from '../../../kernel/clock.ts'
import { openOutbound } from '../../../outbound/outbound.ts'
import type { Output } from '../../check.ts'
import { fitSettings } from '../../fit-settings.ts'
import { plain, reportMapping } from '../../mapping-report.ts'
import { openDesk } from '../desk.ts'
import { personLines } from '../person-lines.ts'

export interface OidcTryAsked {
  readonly config: string
  readonly id: string
  /** Port of loopback; 0 takes a free one. */
  readonly port: string
}

/**
 * `gatehouse connector oidc try ID --config FILE`: signs a person in through the connector, with a
 * listener on loopback in place of Gatehouse, and prints the claims, the identity and the result of
 * every rule. Exit codes: 0 with grants, 2 without any, 1 where the sign-in fails earlier.
 */
export async function oidcTry(
  { config, id, port }: OidcTryAsked,
  env: Environment,
  output: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, output)
  if (!loaded) return 1
  const settings = loaded.settings.connectors[id]
  if (settings?.type !== 'oidc') {
    output.err(`${config} has no connector \`${id}\` of type oidc`)
    return 1
  }
  await using outbound = await openOutbound(loaded.settings.outbound)
  await using desk = await openDesk(Number(port))
  const ports = { clock: systemClock, log: () => {}, outbound, publicUrl: desk.origin }
  const party = await openParty(id, settings, ports)
  try {
    const { parameters, state, memo, signal } = await desk.visit(
      party.redirectUri,
      (state, signal) => authorizationRequest(party, state, signal),
      output,
    )
    const attempted = { ...memoOf(memo), state }
    const proved = await fromLibrary(() => redeem(party, parameters, attempted, signal))
    const identity = oidcIdentity(id, settings, proved, systemClock.now())
    for (const line of personLines(proved.claims, identity)) output.out(line)
    return reportMapping(loaded.mappings.evaluate(identity), output)
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    output.err(`${id}: ${plain(error.detail)}`)
    return 1
  }
}
