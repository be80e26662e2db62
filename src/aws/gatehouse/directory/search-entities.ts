import { setImmediate } from 'node:timers/promises'
import { iamArn } from '../../../kernel/arn.ts'
import type { PolicyRecord } from '../../../store/records.ts'
import type { Search, SearchedKind, SearchPlace } from '../../../store/search.ts'
import type { Reads } from '../../../store/store.ts'
import { groupShape } from '../../iam/groups/group-shape.ts'
import { policyShape } from '../../iam/managed-policies/policy-shape.ts'
import { policyUsage } from '../../iam/managed-policies/policy-usage.ts'
import { readyMadePolicies } from '../../iam/managed-policies/ready-made-policy.ts'
import { invalidMarker } from '../../iam/paging.ts'
import { roleShape } from '../../iam/roles/role-shape.ts'
import { userShapeWithUse } from '../../iam/users/user-shape.ts'
import { type Call, operation, type Target } from '../../operation.ts'
import type { RoleGraphPorts } from '../explain/role-graph.ts'
import type { TrustGraph } from '../explain/trust-graph.ts'
import {
  SearchEntities,
  type SearchEntitiesRequest,
  type SearchEntitiesResponse,
} from './directory-model.ts'

type SearchCall = Call<'InvalidInput'>
type Asked = SearchEntitiesRequest

const usualItems = 100
/** A call looks at so many slices of an index; then it answers what it has found. */
const mostSlices = 55

/** The operation of IAM that lists the kind, and the one that tells tags of it. */
const asIam = {
  user: { list: 'iam:ListUsers', tags: 'iam:ListUserTags' },
  group: { list: 'iam:ListGroups', tags: undefined },
  role: { list: 'iam:ListRoles', tags: 'iam:ListRoleTags' },
  policy: { list: 'iam:ListPolicies', tags: 'iam:ListPolicyTags' },
} as const

/**
 * A page of users, groups, roles or policies, by a part of the name, path and tag, in order of name
 * or time; of roles also by whom they trust. Decided as the operation of IAM that lists them; a
 * search by tag also as the one that lists tags, because what it finds tells who has which.
 */
export function searchEntities({ graphOf }: RoleGraphPorts) {
  return operation(SearchEntities, {
    authorize: targetsOf,

    async handle(input, call, _found, reads) {
      refuseUnfit(input, call)
      const page =
        input.Trusts === undefined
          ? await pageOf(input, call, reads)
          : trustingPage(input, call, await graphOf(call.caller.partition, call.account))
      return {
        ...(await shapesOf(input.Kind, page, call, reads)),
        Marker: page.marker,
        Cut: page.cut,
      }
    },
  })
}

/** Throws InvalidInput for members that have no meaning together. */
function refuseUnfit({ Kind, TagKey, TagValue, Trusts, ...others }: Asked, call: SearchCall): void {
  if (TagValue !== undefined && TagKey === undefined)
    throw call.fault('InvalidInput', 'TagValue needs a TagKey.')
  if (TagKey !== undefined && Kind === 'group')
    throw call.fault('InvalidInput', 'Groups have no tags.')
  if (Trusts === undefined) return
  const { NamePart, PathPrefix, OrderBy = 'name' } = others
  const isAlone = [NamePart, PathPrefix, TagKey].every((one) => one === undefined)
  if (Kind !== 'role' || !isAlone || OrderBy !== 'name')
    throw call.fault('InvalidInput', 'Trusts finds roles by name, without other filters.')
}

/** The roles that trust a principal: they are known, until a role changes. */
function trustingPage(input: Asked, call: SearchCall, { trusting }: TrustGraph): Found {
  const { Marker, MaxItems = usualItems, Trusts = '' } = input
  const start = Marker === undefined ? begin(false) : startOf(Marker, input, call)
  const after = start.kind === 'own' ? start.after?.key : undefined
  const keys = (trusting.get(Trusts) ?? []).map(({ name }) => name.toLowerCase())
  const left = after === undefined ? keys : keys.filter((key) => key > after)
  const shown = left.slice(0, MaxItems)
  const last = { key: shown.at(-1) ?? '', created: '' }
  return {
    ...{ keys: shown, readyMade: [], cut: false },
    marker: left.length > MaxItems ? markerOf(input, { kind: 'own', after: last }) : undefined,
  }
}

function targetsOf(
  { Kind, PathPrefix = '/', TagKey }: Asked,
  { account, caller }: SearchCall,
): readonly Target[] {
  const { list, tags } = asIam[Kind]
  const resource = iamArn({ partition: caller.partition, account }, Kind, '', PathPrefix)
  return [
    { action: list, resource: Kind === 'policy' ? '*' : resource },
    ...(TagKey === undefined || tags === undefined ? [] : [{ action: tags, resource }]),
  ]
}

interface Found {
  /** Keys of records of the account. */
  readonly keys: readonly string[]
  readonly readyMade: readonly PolicyRecord[]
  readonly marker: string | undefined
  readonly cut: boolean
}

/** Where a page begins: among the account's own, or among the ready-made policies. */
type Start =
  | { readonly kind: 'own'; readonly after: SearchPlace | undefined }
  | { readonly kind: 'ready'; readonly after: string }

async function pageOf(input: Asked, call: SearchCall, reads: Reads): Promise<Found> {
  const { Kind, Scope = 'All', MaxItems = usualItems, TagKey, Marker } = input
  const isPolicy = Kind === 'policy'
  const none = { keys: [], readyMade: [], marker: undefined, cut: false }
  const start =
    Marker === undefined ? begin(isPolicy && Scope === 'AWS') : startOf(Marker, input, call)
  const found =
    start.kind === 'own' ? await ownPage(input, start.after, { call, reads, MaxItems }) : none
  const withReady = isPolicy && Scope !== 'Local' && TagKey === undefined
  if (!withReady || found.marker !== undefined) return found
  const room = MaxItems - found.keys.length
  const all = await readyPage(input, start.kind === 'ready' ? start.after : '', call)
  const told = all.slice(0, room)
  const last = told.at(-1)?.arn ?? (start.kind === 'ready' ? start.after : '')
  return {
    ...found,
    readyMade: told,
    marker: all.length > room ? markerOf(input, { kind: 'ready', after: last }) : undefined,
  }
}

function begin(isReady: boolean): Start {
  return isReady ? { kind: 'ready', after: '' } : { kind: 'own', after: undefined }
}

/** Looks at slice after slice until the page is full, or enough was looked at. */
async function ownPage(
  input: Asked,
  after: SearchPlace | undefined,
  {
    call: { account },
    reads,
    MaxItems,
  }: { readonly call: SearchCall; readonly reads: Reads; readonly MaxItems: number },
): Promise<Found> {
  const search = searchOf(input)
  const keys: string[] = []
  let at = after
  for (let slices = 0; slices < mostSlices; slices++) {
    const limit = MaxItems - keys.length
    const { found, next } = await reads.search(input.Kind, account, { ...search, after: at, limit })
    for (const { key } of found) keys.push(key)
    at = next
    if (!next || keys.length === MaxItems) break
    await setImmediate()
  }
  const isFull = keys.length === MaxItems
  return {
    keys,
    readyMade: [],
    marker: at && markerOf(input, { kind: 'own', after: at }),
    cut: at !== undefined && !isFull,
  }
}

function searchOf({ NamePart, PathPrefix, TagKey, TagValue, OrderBy = 'name' }: Asked) {
  return {
    order: OrderBy.endsWith('created') ? 'created' : 'name',
    descending: OrderBy.startsWith('-'),
    part: NamePart?.toLowerCase(),
    pathPrefix: PathPrefix,
    tag: TagKey === undefined ? undefined : { key: TagKey, value: TagValue },
  } satisfies Omit<Search, 'limit'>
}

/** The ready-made policies that match, after one of them: they are in memory, and few. */
async function readyPage(
  input: Asked,
  after: string,
  call: SearchCall,
): Promise<readonly PolicyRecord[]> {
  const { order, descending, part = '', pathPrefix } = searchOf(input)
  const wanted = (await readyMadePolicies(call, { pathPrefix })).filter(({ name }) =>
    name.toLowerCase().includes(part),
  )
  const text = ({ name, createdAt, arn }: PolicyRecord) =>
    `${order === 'created' ? createdAt : name.toLowerCase()} ${arn}`
  const sorted = wanted
    .map((record) => ({ record, text: text(record) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ record }) => record)
  if (descending) sorted.reverse()
  if (after === '') return sorted
  const at = sorted.findIndex(({ arn }) => arn === after)
  if (at < 0) throw invalidMarker(input.Marker ?? '', call)
  return sorted.slice(at + 1)
}

async function shapesOf(
  kind: SearchedKind,
  { keys, readyMade }: Found,
  { account, caller: { partition } }: SearchCall,
  reads: Reads,
): Promise<Pick<SearchEntitiesResponse, 'Users' | 'Groups' | 'Roles' | 'Policies'>> {
  /** What was removed since it was found is left out. */
  const those = async <K extends SearchedKind>(of: K) =>
    (await Promise.all(keys.map((key) => reads.find(of, account, key)))).filter(
      (record) => record !== undefined,
    )
  const inParallel = <R, S>(records: readonly R[], shape: (record: R) => S | Promise<S>) =>
    Promise.all(records.map(shape))
  switch (kind) {
    case 'user':
      return {
        Users: await inParallel(await those('user'), (record) =>
          userShapeWithUse(reads, record, partition, false),
        ),
      }
    case 'group':
      return {
        Groups: await inParallel(await those('group'), (record) => groupShape(record, partition)),
      }
    case 'role':
      return {
        Roles: await inParallel(await those('role'), (record) =>
          roleShape(record, partition, reads),
        ),
      }
    case 'policy':
      return {
        Policies: await inParallel([...(await those('policy')), ...readyMade], async (record) =>
          policyShape(record, await policyUsage(record, reads), false),
        ),
      }
  }
}

/** Markers are opaque, and good for the order that they were made for. */
function markerOf({ Kind, OrderBy = 'name' }: Asked, start: Start): string {
  const place =
    start.kind === 'ready' ? [start.after] : [start.after?.key ?? '', start.after?.created ?? '']
  return Buffer.from(JSON.stringify([Kind, OrderBy, ...place]), 'utf8').toString('base64url')
}

/** Throws ValidationError for a marker that `markerOf` did not make for this order. */
function startOf(marker: string, input: Asked, call: SearchCall): Start {
  const [, , first, second] = partsOf(marker)
  const start = first === undefined ? undefined : placeOf(first, second)
  if (!start || markerOf(input, start) !== marker) throw invalidMarker(marker, call)
  return start
}

function placeOf(key: string, created: string | undefined): Start {
  return created === undefined
    ? { kind: 'ready', after: key }
    : { kind: 'own', after: { key, created } }
}

function partsOf(marker: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString('utf8'))
    const isText = (one: unknown) => typeof one === 'string'
    return Array.isArray(parts) && parts.every(isText) ? parts : []
  } catch {
    return []
  }
}
