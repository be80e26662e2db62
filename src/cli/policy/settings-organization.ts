import { loadSettings, problemLine } from '../../config/load.ts'
import type { Environment } from '../../config/references.ts'
import {
  boundByOrganization,
  compileOrganization,
  type Layers,
  type Organization,
  organizationKeys,
  organizationListKeys,
} from '../../policy/index.ts'
import type { Question } from '../../policy/question.ts'
import type { Output } from '../check.ts'

type Asked = Pick<Question, 'principal' | 'resourceAccount' | 'context' | 'multivalued'>

/** What the organization of a settings file adds to one question. */
export interface OfSettings {
  readonly layers: Pick<Layers, 'serviceControl' | 'resourceControl'>
  readonly context: Question['context']
  readonly multivalued: ReadonlySet<string>
  /** What its levels are called, from the root to the account. */
  readonly levels: Readonly<Partial<Record<string, readonly string[]>>>
}

/**
 * Reads the organization of a settings file, and what it means for the question. Returns
 * undefined, and reports it, when the file is unusable or has none.
 */
export async function organizationFor(
  path: string,
  asked: Asked,
  env: Environment,
  { err }: Output,
): Promise<OfSettings | undefined> {
  const loaded = await loadSettings(path, env)
  if (!loaded.ok) {
    for (const problem of loaded.problems) err(problemLine(problem))
    return undefined
  }
  const { organization: written } = loaded.settings
  if (!written) {
    err(`${path} has no \`organization\``)
    return undefined
  }
  return ofSettings(compileOrganization(written), asked)
}

function ofSettings(
  organization: Organization,
  { principal, resourceAccount, context, multivalued = new Set() }: Asked,
): OfSettings {
  const member = organization.of(principal.account ?? '')
  const owner = organization.of(resourceAccount ?? '')
  const bound = boundByOrganization(principal)
  return {
    layers: {
      ...(bound && member?.serviceControl && { serviceControl: member.serviceControl }),
      ...(bound && owner?.resourceControl && { resourceControl: owner.resourceControl }),
    },
    context: new Map([
      ...organizationKeys('principal', member),
      ...organizationKeys('resource', owner),
      ...context,
    ]),
    multivalued: new Set([...multivalued, ...organizationListKeys]),
    levels: { 'service-control': member?.levels },
  }
}
