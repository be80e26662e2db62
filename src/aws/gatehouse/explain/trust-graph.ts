import { slices } from '../../../credentials/in-slices.ts'
import { assumedRoleArn, iamArn, parseArn } from '../../../kernel/arn.ts'
import { trustOf } from '../../../sessions/role-trust.ts'
import type { RoleRecord } from '../../../store/records.ts'
import type { RememberingStore } from '../../../store/remembering.ts'

/** Whom a trust policy names. */
export type TrustKind =
  | 'role'
  | 'user'
  | 'account'
  | 'other-account'
  | 'service'
  | 'provider'
  | 'anyone'

export interface TrustEdge {
  /** As the policy names it; a session of a role by its role's ARN. */
  readonly principal: string
  readonly kind: TrustKind
  /** Only under a condition. */
  readonly conditional: boolean
  /** There is no such user or role any more. */
  readonly gone: boolean
}

export interface TrustNode {
  readonly arn: string
  readonly name: string
  readonly trusts: readonly TrustEdge[]
  /** Nobody can take it: it trusts nobody who is there. */
  readonly deadEnd: boolean
  /** It trusts another account, or everybody. */
  readonly crossAccount: boolean
}

/** Who trusts whom in an account. */
export interface TrustGraph {
  /** In order of name. */
  readonly roles: readonly TrustNode[]
  readonly byArn: ReadonlyMap<string, TrustNode>
  /** The roles that trust a principal. */
  readonly trusting: ReadonlyMap<string, readonly TrustNode[]>
}

const readAtOnce = 200
const mostGraphs = 8

/** Graphs of accounts, each made in slices and kept until a role or a trusted user changes. */
export function createTrustGraphs(store: Pick<RememberingStore, 'reads' | 'cache'>) {
  const kept = store.cache<TrustGraph>(mostGraphs)
  return async (partition: string, account: string): Promise<TrustGraph> => {
    const found = await kept.get(`${partition}/${account}`, () => build(store, partition, account))
    return found ?? { roles: [], byArn: new Map(), trusting: new Map() }
  }
}

async function build(
  { reads }: Pick<RememberingStore, 'reads'>,
  partition: string,
  account: string,
): Promise<TrustGraph> {
  const pause = slices()
  const records = new Map<string, RoleRecord>()
  for (let after = ''; ; ) {
    const rows = await reads.list('role', account, { limit: readAtOnce, after })
    for (const { record } of rows)
      records.set(iamArn({ partition, account }, 'role', record.name, record.path), record)
    if (rows.length < readAtOnce) break
    after = rows.at(-1)!.key
    await pause()
  }
  const sessions = new Map(
    [...records].map(([arn, { name }]) => [assumedRoleArn(partition, account, name, ''), arn]),
  )
  const isThere = async (kind: TrustKind, arn: string, id: string | undefined) => {
    if (kind !== 'role' && kind !== 'user') return true
    const name = arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()
    const record = kind === 'role' ? records.get(arn) : await reads.find('user', account, name)
    return record !== undefined && (id === undefined || record.id === id)
  }
  const roles: TrustNode[] = []
  const trusting = new Map<string, TrustNode[]>()
  for (const [arn, record] of records) {
    await pause()
    const trusts: TrustEdge[] = []
    for (const named of namedBy(record, account, sessions))
      trusts.push({ ...named, gone: !(await isThere(named.kind, named.principal, named.id)) })
    const present = trusts.filter(({ gone }) => !gone)
    const node: TrustNode = {
      ...{ arn, name: record.name, trusts },
      deadEnd: present.length === 0,
      crossAccount: present.some(({ kind }) => kind === 'other-account' || kind === 'anyone'),
    }
    roles.push(node)
    for (const { principal } of present)
      trusting.set(principal, [...(trusting.get(principal) ?? []), node])
  }
  return { roles, byArn: new Map(roles.map((role) => [role.arn, role])), trusting }
}

type Named = Omit<TrustEdge, 'gone'> & { readonly id: string | undefined }

/** The principals of a trust policy, each once; without condition where one of two has none. */
function namedBy(
  record: RoleRecord,
  account: string,
  sessions: ReadonlyMap<string, string>,
): Iterable<Named> {
  const found = new Map<string, Named>()
  for (const { effect, principals, conditions } of trustOf(record).flatMap(
    (one) => one.statements,
  )) {
    if (effect !== 'Allow' || !principals || principals.not) continue
    for (const { text, kind, account: whole, id } of principals.values) {
      const ofRole = sessions.get(text.slice(0, text.lastIndexOf('/') + 1))
      const principal = ofRole ?? text
      const conditional = conditions.length > 0 && found.get(principal)?.conditional !== false
      const named = { kind, text: principal, whole }
      found.set(principal, { principal, kind: kindOf(named, account), conditional, id })
    }
  }
  return found.values()
}

function kindOf(
  { kind, text, whole }: { kind: string; text: string; whole: string | undefined },
  account: string,
): TrustKind {
  if (kind === '*') return 'anyone'
  if (kind === 'Service') return 'service'
  if (kind === 'Federated') return 'provider'
  if (whole !== undefined) return whole === account ? 'account' : 'other-account'
  const arn = parseArn(text)
  if (arn?.account !== account) return 'other-account'
  return arn.resource.startsWith('role/') ? 'role' : 'user'
}

export interface Neighbourhood {
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    readonly kind: TrustKind
    readonly conditional: boolean
  }[]
  /** There are more within the same steps. */
  readonly cut: boolean
}

/**
 * Who trusts the principal and whom it trusts, and so on for some steps. An account or a service is
 * not gone through: it would join roles that have nothing to do with each other.
 */
export function neighbourhood(
  { byArn, trusting }: TrustGraph,
  start: string,
  { steps, most }: { readonly steps: number; readonly most: number },
): Neighbourhood {
  const seen = new Set([start])
  const edges = new Map<string, Neighbourhood['edges'][number]>()
  let cut = false
  const meet = (id: string, next: string[]): boolean => {
    if (seen.has(id)) return true
    if (seen.size >= most) {
      cut = true
      return false
    }
    seen.add(id)
    next.push(id)
    return true
  }
  for (let step = 0, ids = [start]; step < steps && ids.length > 0; step++) {
    const next: string[] = []
    for (const id of ids) {
      const around = [
        ...(byArn.get(id)?.trusts ?? []).map((trust) => ({ from: trust.principal, to: id, trust })),
        ...(id === start || byArn.has(id) ? (trusting.get(id) ?? []) : []).flatMap((role) =>
          role.trusts
            .filter(({ principal }) => principal === id)
            .map((trust) => ({ from: id, to: role.arn, trust })),
        ),
      ]
      for (const { from, to, trust } of around) {
        if (trust.gone || !meet(from === id ? to : from, next)) continue
        const { kind, conditional } = trust
        edges.set(`${from} ${to}`, { from, to, kind, conditional })
      }
    }
    ids = next
  }
  return { edges: [...edges.values()], cut }
}
