import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'
import type { Asked, Statement, Workload } from './policy-workload.ts'

/** Whether everything that must allow does: what each engine is asked. */
export type Answer = (asked: Asked) => boolean

function layersOf({ identity, boundary, session }: Workload): readonly (readonly Statement[])[] {
  return [identity.flat(), ...(boundary ? [boundary] : []), ...(session ? [session] : [])]
}

function expression(glob: string, flags: string): RegExp {
  return new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    flags,
  )
}
function holds({ Condition = {} }: Statement, { team, address }: Asked): boolean {
  const { IpAddress, StringEquals } = Condition
  return (
    (!IpAddress || address.startsWith('10.')) &&
    (!StringEquals || StringEquals['aws:PrincipalTag/team'] === team)
  )
}

/**
 * What one writes in an afternoon: every statement of every layer, its globs as regular expressions
 * made before.
 */
export function naive(workload: Workload): Answer {
  const layers = layersOf(workload).map((statements) =>
    statements.map((statement) => ({
      statement,
      actions: statement.Action.map((action) => expression(action, 'is')),
      resource: expression(statement.Resource ?? statement.NotResource ?? '*', 's'),
    })),
  )
  return (asked) => {
    let allowedByAll = true
    for (const layer of layers) {
      let allowed = false
      for (const { statement, actions, resource } of layer) {
        if (!actions.some((action) => action.test(asked.action))) continue
        if (
          resource.test(asked.resource) !== (statement.Resource !== undefined) ||
          !holds(statement, asked)
        )
          continue
        if (statement.Effect === 'Deny') return false
        allowed = true
      }
      allowedByAll &&= allowed
    }
    return allowedByAll
  }
}

const model = `
[request_definition]
r = act, res, team, ip
[policy_definition]
p = act, res, team, net, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = like(r.act, p.act) && like(r.res, p.res) \
  && (p.team == "*" || r.team == p.team) && (p.net == "*" || ipMatch(r.ip, p.net))
`

/** An enforcer for each layer; a line for each action of a statement. */
export async function casbin(workload: Workload): Promise<Answer> {
  const enforcers = await Promise.all(
    layersOf(workload).map(async (statements) => {
      const lines = statements.flatMap(({ Effect, Action, Resource, Condition }) =>
        Action.map((action) =>
          [
            'p',
            action,
            Resource,
            Condition?.StringEquals?.['aws:PrincipalTag/team'] ?? '*',
            Condition?.IpAddress?.['aws:SourceIp'] ?? '*',
            Effect.toLowerCase(),
          ].join(', '),
        ),
      )
      const enforcer = await newEnforcer(
        newModelFromString(model),
        new StringAdapter(lines.join('\n')),
      )
      const globs = new Map<string, RegExp>()
      await enforcer.addFunction('like', (text: string, glob: string) => {
        let made = globs.get(glob)
        if (!made) {
          made = expression(glob, 's')
          globs.set(glob, made)
        }
        return made.test(text)
      })
      return enforcer
    }),
  )
  return ({ action, resource, team, address }) =>
    enforcers.every((enforcer) => enforcer.enforceSync(action, resource, team, address))
}

const actionLike = (action: string) => `context.action like ${JSON.stringify(action)}`

/** A preparsed policy set for each layer. */
export function cedar(workload: Workload): Answer {
  const layers = layersOf(workload)
  for (const [i, statements] of layers.entries()) {
    const text = statements
      .map(({ Effect, Action, Resource, Condition }) => {
        const team = Condition?.StringEquals?.['aws:PrincipalTag/team']
        const range = Condition?.IpAddress?.['aws:SourceIp']
        const wanted = [
          `(${Action.map(actionLike).join(' || ')})`,
          `context.resource like ${JSON.stringify(Resource)}`,
          ...(team === undefined ? [] : [`context.team == ${JSON.stringify(team)}`]),
          ...(range === undefined
            ? []
            : [`ip(context.address).isInRange(ip(${JSON.stringify(range)}))`]),
        ]
        return (
          `${Effect === 'Allow' ? 'permit' : 'forbid'} (principal, action, resource) when { ` +
          `${wanted.join(' && ')} };`
        )
      })
      .join('\n')
    const parsed = preparsePolicySet(`layer-${i}`, { staticPolicies: text })
    if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed))
  }
  return ({ action, resource, team, address }) =>
    layers.every((_, i) => {
      const answer = statefulIsAuthorized({
        principal: { type: 'User', id: 'anna' },
        action: { type: 'Action', id: 'ask' },
        resource: { type: 'Thing', id: 'thing' },
        context: { action, resource, team, address },
        preparsedPolicySetId: `layer-${i}`,
        entities: [],
      })
      if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors))
      return answer.response.decision === 'allow'
    })
}
