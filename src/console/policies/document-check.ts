import { type Finding, refusedAtSave, validate } from '../../policy/index.ts'
import {
  documentCharacters,
  mostIdentityCharacters,
  type PolicyHolder,
} from '../../policy/quotas.ts'
import type { DocumentCheck } from '../editor-shown.ts'
import type { PageRequest } from '../request.ts'
import { summarySection } from './summary.ts'
import { words } from './words.ts'

/** The longest text that IAM's model takes (policyDocumentType), in UTF-16 units. */
export const mostDocument = 131_072
/** Above every quota. What is longer is not looked through, so that no text takes seconds. */
const mostLookedThrough = 12_000

/** Findings, size and summary of a document that may be saved there. */
export async function checkDocument(
  document: string,
  holder: PolicyHolder,
  { reference: referenceOf, session }: Pick<PageRequest, 'reference' | 'session'>,
): Promise<DocumentCheck> {
  const reference = await referenceOf()
  const { account, partition } = session.claims
  const used = documentCharacters(document)
  const findings =
    used > mostLookedThrough
      ? refusedAtSave('identity', document, { holder, partition }).map(withoutAdvice)
      : validate('identity', document, { reference, holder, account, partition })
  return {
    findings,
    size: {
      used,
      most: mostIdentityCharacters[holder],
      ...(holder !== 'managed' && { note: words.check.shared(holder) }),
    },
    summary: await summarySection(document, reference),
  }
}

function withoutAdvice({
  line,
  column,
  code,
  path,
  message,
}: Omit<Finding, 'severity' | 'advice'>): Finding {
  return { line, column, code, path, message, severity: 'error', advice: '' }
}
