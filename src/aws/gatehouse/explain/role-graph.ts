import { operation } from '../../operation.ts'
import { RoleGraph, type RoleGraphRequest, type RoleGraphResponse } from './explain-model.ts'
import { neighbourhood, type TrustGraph, type TrustNode } from './trust-graph.ts'

export interface RoleGraphPorts {
  readonly graphOf: (partition: string, account: string) => Promise<TrustGraph>
}

const usualItems = 50
/** Principals that are told of one role. */
const mostTrusts = 50
/** Of a neighbourhood: what a picture can show, and how far it reaches. */
const bounds = { steps: 2, most: 60 }

/** Which roles of the account trust whom: a page of them, and what surrounds one. */
export function roleGraph({ graphOf }: RoleGraphPorts) {
  return operation(RoleGraph, {
    authorize: () => ({ resource: '*' }),
    async handle(input, { caller, account, fault }): Promise<RoleGraphResponse> {
      const graph = await graphOf(caller.partition, account)
      const start = input.Near === undefined ? undefined : startOf(input.Near, graph)
      if (input.Near !== undefined && start === undefined)
        throw fault('NoSuchEntity', `No role trusts or is ${input.Near.slice(0, 256)}.`)
      const near = start === undefined ? undefined : neighbourhood(graph, start, bounds)
      const shown = graph.roles.filter(filterOf(input, start, near && idsOf(near)))
      const from = Number(input.Marker ?? 0)
      const to = from + (input.MaxItems ?? usualItems)
      return {
        Roles: shown.slice(from, to).map(toldRole),
        Marker: to < shown.length ? String(to) : undefined,
        Found: shown.length,
        Total: graph.roles.length,
        DeadEnds: graph.roles.filter(({ deadEnd }) => deadEnd).length,
        CrossAccount: graph.roles.filter(({ crossAccount }) => crossAccount).length,
        Near: near && {
          Principal: start!,
          Edges: near.edges.map(({ from: From, to: To, kind: Kind, conditional: Conditional }) => ({
            ...{ From, To, Kind, Conditional },
          })),
          Cut: near.cut,
        },
      }
    },
  })
}

/** A role by its name or ARN, or a principal as trust policies name it. */
function startOf(text: string, { roles, byArn, trusting }: TrustGraph): string | undefined {
  if (byArn.has(text) || trusting.has(text)) return text
  const name = text.replace(/^role\//, '').toLowerCase()
  return roles.find((role) => role.name.toLowerCase() === name)?.arn
}

function idsOf({ edges }: ReturnType<typeof neighbourhood>): ReadonlySet<string> {
  return new Set(edges.flatMap(({ from, to }) => [from, to]))
}

function filterOf(
  { Name, Mark }: RoleGraphRequest,
  start: string | undefined,
  near: ReadonlySet<string> | undefined,
) {
  const wanted = Name?.toLowerCase()
  return ({ arn, name, deadEnd, crossAccount, trusts }: TrustNode): boolean =>
    (near === undefined || near.has(arn) || arn === start) &&
    (wanted === undefined || name.toLowerCase().includes(wanted)) &&
    (Mark !== 'dead-end' || deadEnd) &&
    (Mark !== 'cross-account' || crossAccount) &&
    (Mark !== 'gone' || trusts.some(({ gone }) => gone))
}

function toldRole({
  arn,
  trusts,
  deadEnd,
  crossAccount,
}: TrustNode): RoleGraphResponse['Roles'][number] {
  return {
    Arn: arn,
    Trusts: trusts.slice(0, mostTrusts).map(({ principal, kind, conditional, gone }) => ({
      ...{ Principal: principal, Kind: kind, Conditional: conditional, Gone: gone },
    })),
    More: Math.max(0, trusts.length - mostTrusts),
    DeadEnd: deadEnd,
    CrossAccount: crossAccount,
  }
}
