import type { RedirectProof } from '../connectors/redirect-upstream.ts'
import type { Ephemeral } from '../store/ephemeral.ts'

export interface Replay {
  /**
   * True for the first use of a proof, on any node and address; false for every later one, as long
   * as the proof could be valid. `madeAt`: as of `Ephemeral.claim`; absent for what does no harm
   * when it comes twice.
   */
  claim(
    proof: Pick<RedirectProof, 'replayKey' | 'replayableUntil'>,
    madeAt?: Date,
  ): Promise<boolean>
  /**
   * Whether a proof was claimed. Only to spare work: between this answer and a claim, somebody else
   * may claim.
   */
  wasUsed(proof: Pick<RedirectProof, 'replayKey'>): Promise<boolean>
}

export function replayGuard(ephemeral: Pick<Ephemeral, 'claim' | 'get'>): Replay {
  return {
    claim: ({ replayKey, replayableUntil }, madeAt) =>
      ephemeral.claim('replay', replayKey, replayableUntil, madeAt),
    wasUsed: async ({ replayKey }) => (await ephemeral.get('replay', replayKey)) !== undefined,
  }
}
