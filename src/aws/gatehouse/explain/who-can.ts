import { slices } from '../../../credentials/in-slices.ts'
import { parseArn } from '../../../kernel/arn.ts'
import type { Rule } from '../../../mapping/index.ts'
import {
  accessOfMany,
  type Can,
  mayTake,
  organizationKeys,
  organizationListKeys,
  outsideOf,
  type Party,
  type PartyAccess,
  takesRole,
} from '../../../policy/index.ts'
import type { KeptParties, Parties } from '../../../sessions/parties.ts'
import { type Call, operation } from '../../operation.ts'
import { WhoCan, type WhoCanRequest, type WhoCanResponse } from './explain-model.ts'
import { rulesGiving } from './rules-giving.ts'

export interface WhoCanPorts {
  readonly parties: Parties
  /** The rules in force that give roles to people. */
  readonly rules: () => readonly Rule[]
}

/** So many decisions are made for one question; then it is answered as far as that went. */
const mostDecisions = 150_000
/** So many users and roles are asked about. */
const mostParties = 20_000
/** So many principals are told. */
const mostTold = 500

/**
 * Which users and roles of the account can do something, by themselves and by taking roles; or,
 * with `From`, which roles one of them can take, one after the other. Works in slices.
 */
export function whoCan({ parties, rules }: WhoCanPorts) {
  return operation(WhoCan, {
    authorize: () => ({ resource: '*' }),
    async handle(input, call) {
      const work = boundedWork()
      const { account } = call
      const { partition, organization } = call.caller
      const asked = { partition, organization, account, most: mostParties }
      const kept = await parties(asked)
      const { parties: all, isCut } = kept
      const starts = startsOf(input, all, call)
      const found = starts
        ? await forwards(starts, kept, { account, work })
        : await backwards(await directly(input, call, all, work), kept, { account, work })
      return {
        ...found,
        Rules: starts ? [] : rulesGiving(rules(), rolesIn(found)),
        Asked: all.length,
        Cut: found.Cut ?? (isCut ? 'parties' : undefined),
      }
    },
  })
}

type WhoCanCall = Call<'InvalidInput' | 'NoSuchEntity'>
type Found = Omit<WhoCanResponse, 'Asked' | 'Rules'>

interface Work {
  /** Counts a decision. False: there were too many. */
  next(): boolean
  /** Call between decisions. */
  pause: ReturnType<typeof slices>
}

function boundedWork(): Work {
  let decisions = 0
  return { pause: slices(), next: () => ++decisions <= mostDecisions }
}

function named(text: string, all: readonly Party[], { fault }: WhoCanCall): Party {
  const found = all.find(({ arn }) => arn === text || shortOf(arn) === text)
  if (found) return found
  throw fault('NoSuchEntity', `There is no user or role ${text.slice(0, 256)}.`)
}

/** Undefined: an action is asked about. */
function startsOf(
  { From, FromAll }: WhoCanRequest,
  all: readonly Party[],
  call: WhoCanCall,
): readonly Party[] | undefined {
  if (From !== undefined) return [named(From, all, call)]
  const wanted = FromAll && new Set(FromAll)
  return wanted && all.filter(({ arn }) => wanted.has(arn) || wanted.has(shortOf(arn)))
}

/** The roles of an answer, by their ARNs. */
function rolesIn({ Direct, Edges }: Found): readonly string[] {
  const all = [...Direct.map(({ Arn }) => Arn), ...Edges.flatMap(({ From, To }) => [From, To])]
  return [...new Set(all)].filter((arn) => parseArn(arn)?.resource.startsWith('role/'))
}

/** `arn:aws:iam::111122223333:role/path/Name` → `role/Name`. */
function shortOf(arn: string): string {
  const parts = (parseArn(arn)?.resource ?? '').split('/')
  return `${parts[0]}/${parts.at(-1)}`
}

interface Direct {
  readonly found: readonly PartyAccess[]
  readonly isCut: boolean
}

async function directly(
  input: WhoCanRequest,
  call: WhoCanCall,
  all: readonly Party[],
  work: Work,
): Promise<Direct> {
  const accessOf = accessOfMany(accessOfInput(input, call, all))
  const found: PartyAccess[] = []
  for (const party of all) {
    await work.pause()
    if (!work.next()) return { found, isCut: true }
    const answer = accessOf(party)
    if (answer.can !== 'no') found.push(answer)
  }
  return { found, isCut: false }
}

function accessOfInput(
  { Action, Resource = '*', Context = [] }: WhoCanRequest,
  { account, caller, fault }: WhoCanCall,
  all: readonly Party[],
) {
  if (Action === undefined) throw fault('InvalidInput', 'Action or From is required.')
  if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(Action))
    throw fault('InvalidInput', `Invalid action name: ${Action}`)
  const resourceAccount = parseArn(Resource)?.account || account
  const owner = caller.organization?.of(resourceAccount)
  const isRole = takesRole({ action: Action, resource: Resource })
  const trust = isRole ? all.find(({ arn }) => arn === Resource)?.trust : undefined
  const given = Context.map(({ Key, Values }) => [Key.toLowerCase(), Values] as const)
  return {
    action: Action,
    resource: Resource,
    resourceAccount,
    ...(trust && { trust }),
    ...(owner?.resourceControl && { resourceControl: owner.resourceControl }),
    context: new Map([...organizationKeys('resource', owner), ...given]),
    multivalued: new Set([
      ...Context.filter(({ List }) => List).map(({ Key }) => Key.toLowerCase()),
      ...organizationListKeys,
    ]),
  }
}

type Edge = WhoCanResponse['Edges'][number]

/**
 * From those who can to those who may take their roles, breadth first: of each party the shortest
 * way.
 */
async function backwards(
  { found, isCut }: Direct,
  { parties: all, byArn }: KeptParties,
  { account, work }: { readonly account: string; readonly work: Work },
): Promise<Found> {
  const seen = new Set(found.map(({ arn }) => arn))
  const edges: Edge[] = []
  const outside: WhoCanResponse['Outside'][number][] = []
  let cut = isCut
  let roles = found.flatMap(({ arn }) => roleAt(byArn, arn))
  while (roles.length > 0 && !cut) {
    const next: Party[] = []
    const others = onceMade(() =>
      all.filter(({ arn, principal: { kind } }) => !seen.has(arn) && kind !== 'root'),
    )
    for (const role of roles) {
      await work.pause()
      for (const Principal of outsideOf(role, new Set([account])))
        outside.push({ Principal, To: role.arn })
      for (const party of takersOf(role, account, byArn) ?? others()) {
        if (seen.has(party.arn) || party.principal.kind === 'root') continue
        await work.pause()
        cut ||= !work.next()
        if (cut) break
        const can = mayTake(party, role)
        if (can === 'no') continue
        seen.add(party.arn)
        edges.push(edgeOf(party, role, can))
        if (party.trust) next.push(party)
      }
    }
    roles = next
  }
  return toldOf(found, edges, outside, cut)
}

/** From parties to the roles that they can take, and to those that these can take. */
async function forwards(
  starts: readonly Party[],
  { parties: all, byArn }: KeptParties,
  { account, work }: { readonly account: string; readonly work: Work },
): Promise<Found> {
  const roles = all.filter(({ trust }) => trust !== undefined)
  const seen = new Set(starts.map(({ arn }) => arn))
  const edges: Edge[] = []
  let cut = false
  for (let steps = starts; steps.length > 0 && !cut; ) {
    const next: Party[] = []
    for (const party of steps)
      for (const role of roles) {
        const takers = seen.has(role.arn) ? none : takersOf(role, account, byArn)
        if (takers && !takers.includes(party)) continue
        await work.pause()
        cut ||= !work.next()
        if (cut) break
        const can = mayTake(party, role)
        if (can === 'no') continue
        seen.add(role.arn)
        edges.push(edgeOf(party, role, can))
        next.push(role)
      }
    steps = next
  }
  return toldOf([], edges, [], cut)
}

function edgeOf(party: Party, role: Party, can: Exclude<Can, 'no'>): Edge {
  return { From: party.arn, To: role.arn, Can: can }
}

function roleAt(byArn: ReadonlyMap<string, Party>, arn: string): readonly Party[] {
  const party = byArn.get(arn)
  return party?.trust ? [party] : []
}

const one = /^arn:[^:]*:iam::\d{12}:(?:user|role)\//

function onceMade<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

const none: readonly Party[] = []
type Takers = readonly Party[] | undefined
/** Of roles of kept parties, which stay the same. */
const knownTakers = new WeakMap<Party, { readonly takers: Takers }>()

/** Those whom the trust policy names one by one; undefined where it names an account or an id. */
function takersOf(role: Party, account: string, byArn: KeptParties['byArn']): Takers {
  const known = knownTakers.get(role)
  if (known) return known.takers
  const takers = takersIn(role, account, byArn)
  knownTakers.set(role, { takers })
  return takers
}

function takersIn({ trust = [] }: Party, account: string, byArn: KeptParties['byArn']): Takers {
  const found = new Set<Party>()
  for (const { effect, principals } of trust.flatMap(({ statements }) => statements)) {
    if (effect !== 'Allow' || !principals) continue
    for (const { kind, text } of principals.values) {
      if (kind === 'AWS' && one.test(text)) {
        const party = byArn.get(text)
        if (party) found.add(party)
      } else if (
        kind === '*' ||
        (kind === 'AWS' && (text.includes(account) || !/\d{12}/.test(text)))
      )
        return undefined
    }
  }
  return [...found]
}

function toldOf(
  found: readonly PartyAccess[],
  edges: readonly Edge[],
  outside: WhoCanResponse['Outside'],
  isCut: boolean,
): Found {
  const isLong = [found, edges, outside].some(({ length }) => length > mostTold)
  const cut = isLong ? 'told' : undefined
  return {
    Direct: found.slice(0, mostTold).map(({ arn, can, because, dependsOn, missingContext }) => ({
      Arn: arn,
      Can: can === 'yes' ? 'yes' : 'depends',
      Because: because.map(
        ({ policy, statement, sid }) => `${policy}, ${sid ?? `statement ${statement + 1}`}`,
      ),
      DependsOn: dependsOn,
      MissingContext: missingContext,
    })),
    Edges: edges.slice(0, mostTold),
    Outside: outside.slice(0, mostTold),
    Count: new Set([...found.map(({ arn }) => arn), ...edges.map(({ From }) => From)]).size,
    Cut: isCut ? 'decisions' : cut,
  }
}
