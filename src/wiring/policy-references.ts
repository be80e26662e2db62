import type { Services } from '../authorization/declared-service.ts'
import type { ActionReference } from '../policy/index.ts'
import { actionReference } from '../reference/action-reference.ts'
import type { OwnService } from '../reference/own-service.ts'

/** Accounts whose services are kept parsed. */
const mostKept = 50

/**
 * What policies of an account may name: AWS's services, Gatehouse's, and of the company's own those
 * whose resources the account owns. A list that did not change is not read again.
 */
export function policyReferences(
  services: Pick<Services, 'all'>,
): (account: string) => Promise<ActionReference> {
  const kept = new Map<string, readonly OwnService[]>()
  return async (account) => {
    const own = (await services.all())
      .filter(({ accounts }) => accounts.includes(account))
      .map(({ declared }) => declared)
    if (own.length === 0) return actionReference()
    const known = kept.get(account)
    if (known?.length === own.length && own.every((one, i) => one === known[i]))
      return actionReference(known)
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value!)
    kept.set(account, own)
    return actionReference(own)
  }
}
