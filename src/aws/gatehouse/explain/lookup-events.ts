import type { AuditIndex } from '../../../audit/index/open-index.ts'
import type { EventSearch } from '../../../audit/index/search.ts'
import { ownersOf } from '../../../audit/index/terms.ts'
import { commonFault } from '../../../kernel/aws-fault.ts'
import { operation } from '../../operation.ts'
import { LookupEvents, type LookupEventsRequest } from './explain-model.ts'

export interface LookupPorts {
  readonly index: Pick<AuditIndex, 'named' | 'search' | 'tree'>
  /** The connectors whose sign-ins an account may see: those that serve it. */
  readonly connectorsOf: (account: string) => readonly string[]
}

const usualItems = 50
/** Facets are counted over so many events of a search at most. */
const facetsOf = 5000

/**
 * Looks events of the audit trail up: those of the caller's account, and sign-ins by connectors
 * that serve it.
 */
export function lookupEvents({ index, connectorsOf }: LookupPorts) {
  return operation(LookupEvents, {
    authorize: () => ({ resource: '*' }),
    async handle(input, { account }) {
      const owners = [account, ...connectorsOf(account)]
      const { Token } = input
      if (Token === undefined) return searched(index, searchOf(input, owners))
      const { events, behind } = await fromIndex(index.named(Token))
      const seen = events.filter((event) => ownersOf(event).some((one) => owners.includes(one)))
      return { Events: seen, Facets: [], Counted: seen.length, Behind: behind }
    },
  })
}

async function searched(index: LookupPorts['index'], asked: EventSearch) {
  const { events, next, facets, counted, behind } = await fromIndex(index.search(asked))
  return { Events: events, Marker: next, Facets: facets, Counted: counted, Behind: behind }
}

/** The index is beside the trail: where it fails, nothing else does. */
export async function fromIndex<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw commonFault('ServiceUnavailable', `The audit trail cannot be searched now: ${reason}`)
  }
}

function searchOf(input: LookupEventsRequest, owners: readonly string[]): EventSearch {
  const { Marker, MaxItems, Facets } = input
  const terms = {
    person: input.People?.map((one) => one.toLowerCase()),
    action: input.Actions,
    source: input.Sources,
    role: input.Roles,
    outcome: input.Outcomes,
    error: input.Errors,
    address: input.Addresses,
    key: input.AccessKeys,
  }
  return {
    owners,
    terms: Object.fromEntries(
      Object.entries(terms).filter(([, texts]) => texts !== undefined && texts.length > 0),
    ),
    from: instantOf(input.From, 'T00:00:00.000Z'),
    to: instantOf(input.To, 'T23:59:59.999Z'),
    after: Marker,
    limit: MaxItems ?? usualItems,
    facetsOf: Facets ? facetsOf : 0,
  }
}

/** A day stands for its beginning or its end. Throws ValidationError for a day that is none. */
function instantOf(text: string | undefined, ofDay: string): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text.includes('T') ? text : `${text}${ofDay}`)
  if (Number.isNaN(at)) throw commonFault('ValidationError', `${text} is no time`)
  return at
}
