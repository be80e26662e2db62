import type { Proof } from '../../connectors/saml/response.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import type { Ephemeral } from '../../store/ephemeral.ts'

export interface Replay {
  /** For the first who shows an assertion, on whichever node and road. Throws SamlFault `replay` for everybody after. */
  claim(proof: Proof): Promise<void>
}

/** Assertions are remembered by issuer and id for as long as they could be shown again. */
export function replayGuard(ephemeral: Pick<Ephemeral, 'claim'>): Replay {
  return {
    async claim({ replayKey, replayableUntil, assertion }) {
      if (!await ephemeral.claim('replay', replayKey, replayableUntil)) throw new SamlFault('replay', 'the assertion was used before', { found: assertion.id })
    },
  }
}
