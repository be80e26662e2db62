import type { Chain } from '../../audit/event.ts'
import { AwsFault } from '../../kernel/aws-fault.ts'

/** Notes how far a sign-in came, whether it succeeded or not: a refusal carries its chain as the fault's cause. */
export async function noting<T extends { readonly chain: Chain }>(note: (chain: Chain) => void, assuming: Promise<T>): Promise<T> {
  try {
    const assumed = await assuming
    note(assumed.chain)
    return assumed
  } catch (error) {
    const cause = error instanceof AwsFault ? error.cause : undefined
    if (cause instanceof Error && 'chain' in cause) note(cause.chain as Chain)
    throw error
  }
}
