import { loadSettings, problemLine } from '../../config/load.ts'
import type { Environment } from '../../config/references.ts'
import {
  boundByOrganization,
  compileOrganization,
  type Organization,
  organizationKeys,
  type Party,
} from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { partiesOf } from './parties.ts'

/** The users and roles of the settings, and the organization that binds them. */
export interface Parties {
  readonly parties: readonly Party[]
  readonly organization: Organization | undefined
}

/** Adds to a party what the organization of its account says. */
function boundBy(organization: Organization | undefined): (party: Party) => Party {
  return (party) => {
    const member = organization?.of(party.principal.account ?? '')
    if (!member) return party
    const { serviceControl, resourceControl } = member
    return {
      ...party,
      context: new Map([...organizationKeys('principal', member), ...(party.context ?? [])]),
      ...(serviceControl && boundByOrganization(party.principal) && { serviceControl }),
      ...(resourceControl && { resourceControl }),
    }
  }
}

/**
 * Reads the users and roles of a settings file. Returns undefined, and reports each problem, when
 * the file is unusable.
 */
export async function readParties(
  path: string,
  env: Environment,
  { err }: Pick<Output, 'err'>,
): Promise<Parties | undefined> {
  const loaded = await loadSettings(path, env)
  if (loaded.ok) {
    const { accounts, organization: written } = loaded.settings
    const organization = written && compileOrganization(written)
    return { parties: (await partiesOf(accounts)).map(boundBy(organization)), organization }
  }
  for (const problem of loaded.problems) err(problemLine(problem))
  return undefined
}
