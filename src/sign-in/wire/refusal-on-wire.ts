import { AwsFault } from '../../kernel/aws-fault.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Note } from '../../sessions/assumption.ts'

/**
 * A refused sign-in in STS's terms, from the same table row as the page. The caller reads `said`
 * and a reference; the audit event has the reason under that reference.
 */
export function refusalOnWire(
  refusal: SignInFault,
  said: string,
  ids: Pick<Ids, 'reference'>,
  note: Note,
): AwsFault {
  const reference = ids.reference()
  note({ reference, detail: refusal.detail })
  return new AwsFault(refusal.row.sts, `${said} Reference ${reference}`, { cause: refusal })
}
