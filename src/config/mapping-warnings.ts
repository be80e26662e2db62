import type { FileSettings } from '../connectors/file/settings.ts'
import { attributeNames } from '../connectors/oauth2/settings.ts'
import { nearest } from '../kernel/nearest.ts'
import { identityCaps } from '../mapping/identity-type.ts'
import { type NameInRule, namesInAppRule, namesInRule } from '../mapping/names-in-rules.ts'
import type { PolicyProblem } from './policies.ts'
import type { Settings } from './settings.ts'

/**
 * Warns where rules and connectors do not fit each other: rules of roles, apps and sites that name
 * unknown connectors or attributes, roles that two rules grant, more groups than rules look at, and
 * attributes too large for them.
 */
export function mappingWarnings(settings: Settings): readonly PolicyProblem[] {
  return [...unknownNames(settings), ...rolesGrantedTwice(settings), ...largeIdentities(settings)]
}

function* unknownNames(settings: Settings): Generator<PolicyProblem> {
  const { connectors } = settings
  const known = {
    connector: new Set(Object.keys(connectors)),
    attribute: new Set(Object.values(connectors).flatMap(attributesOf)),
  }
  for (const [rule, names] of namesOfRules(settings)) {
    for (const { kind, name, path, offset } of names) {
      if (known[kind].has(name)) continue
      const near = nearest(name, known[kind])
      const meant = near === undefined ? '' : `: did you mean \`${near}\`?`
      const what =
        kind === 'connector' ? 'no connector has the id' : 'no connector has an attribute'
      yield { path: [...rule, ...path], message: `${what} \`${name}\`${meant}`, offset }
    }
  }
}

/** Every rule in CEL, by its place: of roles, of apps, and of sites behind a proxy. */
function* namesOfRules({
  mappings,
  apps,
  registration,
  gate,
}: Settings): Generator<readonly [PolicyProblem['path'], readonly NameInRule[]]> {
  for (const [index, rule] of mappings.entries()) yield [['mappings', index], namesInRule(rule)]
  for (const [id, app] of Object.entries(apps)) yield [['apps', id], namesInAppRule(app)]
  yield [['registration'], namesInAppRule(registration)]
  for (const [id, site] of Object.entries(gate.sites)) {
    yield [['gate', 'sites', id], namesInAppRule(site)]
    for (const [index, { when }] of site.paths.entries())
      yield [['gate', 'sites', id, 'paths', index], namesInAppRule({ when })]
  }
}

function attributesOf(connector: Settings['connectors'][string]): readonly string[] {
  if (connector.type === 'oauth2') return attributeNames
  if (connector.type !== 'file') return connector.attributes.map(({ as }) => as)
  return (connector as FileSettings).people.flatMap((person) => Object.keys(person.attributes))
}

/** When a caller names the role, the first rule counts: its tags, duration and policy. */
function* rolesGrantedTwice({ mappings }: Settings): Generator<PolicyProblem> {
  const first = new Map<string, string>()
  for (const [index, rule] of mappings.entries()) {
    for (const [place, { role }] of rule.grants.entries()) {
      const by = first.get(role)
      if (by === undefined) first.set(role, rule.name)
      else if (by !== rule.name) {
        const what = `rule \`${by}\` grants this role as well`
        const message = `${what}: for callers that name the role the first rule that holds counts`
        yield { path: ['mappings', index, 'grants', place, 'role'], message }
      }
    }
  }
}

const large = /^(jpegphoto|thumbnailphoto|photo|audio|usercertificate|usersmimecertificate)\b/i

function* largeIdentities({ connectors }: Settings): Generator<PolicyProblem> {
  for (const [id, connector] of Object.entries(connectors)) {
    if (connector.type !== 'ldap') continue
    const { groups, attributes } = connector
    if (groups.how !== 'none' && groups.maxGroups > identityCaps.groups) {
      const message = `rules look at ${identityCaps.groups} groups at most: with more no rule holds`
      yield { path: ['connectors', id, 'groups', 'maxGroups'], message }
    }
    for (const [index, { name }] of attributes.entries()) {
      if (!large.test(name)) continue
      const most = `${identityCaps.attributeLength} characters`
      const message = `\`${name}\` is often longer than ${most}: with a longer value no rule holds`
      yield { path: ['connectors', id, 'attributes', index], message }
    }
  }
}
