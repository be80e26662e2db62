import { z } from 'zod'
import { accessLevels, type KeyType } from '../policy/index.ts'
import type { OwnService } from '../reference/own-service.ts'
import { servicePrefixes } from '../reference/service-prefixes.gen.ts'
import { duration } from './duration.ts'
import { serviceBearer } from './service-bearer.ts'
import { serviceProofs } from './service-proofs.ts'
import { account, policyDocument } from './value-schemas.ts'

/** Prefixes of condition keys and actions that Gatehouse has itself. */
const ownPrefixes: ReadonlySet<string> = new Set([
  ...['aws', 'ldap', 'file', 'oidc', 'saml', 'gatehouse', 'sts', 'iam'],
])
/**
 * Keys that say what a request does with tags; everything else of `aws:` Gatehouse knows itself.
 */
const tagKeys = ['aws:ResourceTag/${TagKey}', 'aws:RequestTag/${TagKey}', 'aws:TagKeys'] as const
const keyTypes = ['String', 'ARN', 'Bool', 'Numeric', 'Date', 'IPAddress', 'Binary'] as const
const keyType = z.enum([
  ...keyTypes,
  ...keyTypes.map((type) => `ArrayOf${type}` as const),
] as const satisfies readonly (KeyType | `ArrayOf${KeyType}`)[])

const prefix = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a–z 0–9 -, at most 63, a letter first')
  .refine(
    (value) => !servicePrefixes.has(value) && !ownPrefixes.has(value),
    'this prefix is taken by a service of AWS or by Gatehouse',
  )
const name = (what: string) =>
  z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, `expected ${what}: A–Z a–z 0–9 -`)
const keyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}:[A-Za-z][\w.-]{0,127}$/, 'expected `PREFIX:Name`')
const usedKeys = z.array(z.union([z.enum(tagKeys), keyName])).max(100)

const resource = z.strictObject({
  arn: z
    .string()
    .max(512)
    .regex(
      /^arn:\$\{Partition\}:[a-z0-9-]+:(?:\$\{Region\})?:\$\{Account\}:(?:[\w./-]|\$\{\w+\})+$/,
      'expected `arn:$' +
        '{Partition}:PREFIX:$' +
        '{Region}:$' +
        '{Account}:TYPE/$' +
        '{Id}`; the region may be empty',
    )
    .describe('Form of the ARN; `$' + '{Name}` stands for a part that varies'),
  keys: usedKeys.default([]).describe('Condition keys of every action on this type'),
})
const action = z.strictObject({
  level: z.enum(accessLevels).describe('Access level, as in policy summaries'),
  resources: z
    .array(z.string())
    .max(50)
    .default([])
    .describe('Names of the resource types that it acts on; none: it acts on `*`'),
  keys: usedKeys.default([]).describe('Condition keys besides those of the resource types'),
})
const principal = z
  .string()
  .regex(
    /^arn:aws(-us-gov|-cn)?:iam::\d{12}:(role|user)\/.+$/,
    "expected a role's or user's ARN: `arn:aws:iam::ACCOUNT:role/NAME`",
  )
const servedHost = z
  .string()
  .max(255)
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/, 'expected a host, or host:port')
const header = z.string().regex(/^[a-z0-9-]{1,100}$/, "expected a header's name in lower case")

const route = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Z]{1,32}$/, 'expected a method, such as `GET`')
    .describe('Method of the request'),
  path: z
    .string()
    .max(512)
    .regex(/^(?:\/(?:[\w.~-]+|\{\w+\}))+\/?$|^\/$/, 'expected a path, such as `/orders/{OrderId}`')
    .describe('Path; a name in braces stands for one segment, and fills the ARN'),
  action: z.string().describe('Name of the action, without the prefix'),
  resource: z.string().optional().describe('Name of the resource type; absent: none'),
})

const policyName = z.string().regex(/^[\w.-]{1,128}$/, 'expected A–Z a–z 0–9 _ . -')

const service = z
  .strictObject({
    accounts: z.array(account).min(1).max(200).describe('Accounts that own resources of it'),
    principals: z
      .array(principal)
      .max(20)
      .default([])
      .describe(
        'ARNs of the roles and users that the service itself runs as. They may ask ' +
          '`/authorize`, if their policies allow `gatehouse:Authorize` too; none by default',
      ),
    proofs: serviceProofs.optional(),
    bearer: serviceBearer.optional(),
    hosts: z
      .array(servedHost)
      .max(50)
      .default([])
      .describe('Hosts that requests to it are sent to: one for another host proves nobody'),
    regions: z
      .array(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected a region'))
      .max(50)
      .optional()
      .describe('Regions that requests to it may be signed for; absent: any that calls may'),
    resources: z
      .record(name('a resource type'), resource)
      .default({})
      .describe('Resource types, by name'),
    keys: z
      .record(keyName, keyType)
      .default({})
      .describe('Condition keys that the service sends, and their types'),
    actions: z.record(name('an action'), action).describe('Actions, by name without the prefix'),
    policies: z
      .record(policyName, policyDocument)
      .default({})
      .describe('Resource policies that the service may name instead of sending them'),
    payload: z
      .enum(['hashed', 'unsigned'])
      .default('hashed')
      .describe(
        '`hashed`: the service sends the SHA-256 of the body that it received. `unsigned`: it ' +
          'need not, and clients may sign UNSIGNED-PAYLOAD: the body is proved by nobody',
      ),
    signedHeaders: z
      .array(header)
      .max(50)
      .default([])
      .describe('Headers that must be signed, besides `host`: those that the service acts on'),
    presignedFor: duration(1, 604_800)
      .optional()
      .describe('Longest time that presigned requests to it live; absent: none are accepted'),
    maxAge: duration(0, 3600)
      .default(0)
      .describe('How long the service may keep an answer; default 0s'),
    localVerification: z
      .boolean()
      .default(false)
      .describe(
        'Whether it may have the signing keys of a day, region and this service, to verify ' +
          'signatures itself. With one it could sign as that person, to this service',
      ),
    routes: z
      .array(route)
      .max(500)
      .default([])
      .describe(
        'What requests mean, for a proxy that asks `/authorize/check/PREFIX` about a service ' +
          'that cannot be changed; the first that fits counts. Needs `payload: unsigned`',
      ),
    recordAllows: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('Share of allowed questions that the audit log has; refused ones always are'),
  })
  .describe('A service of yours')
  .transform(({ presignedFor, maxAge, ...rest }) => ({
    ...rest,
    presignedForSeconds: presignedFor ?? 0,
    maxAgeSeconds: maxAge,
  }))

export const services = z.record(prefix, service).superRefine((all, context) => {
  for (const [prefix, one] of Object.entries(all))
    for (const { path, message } of problemsOf(prefix, one))
      context.addIssue({ code: 'custom', path: [prefix, ...path], message })
})

export type ServiceSettings = z.output<typeof service>

interface Problem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What the parts of a declaration say about each other. */
function* problemsOf(prefix: string, service: ServiceSettings): Generator<Problem> {
  const { resources, keys, actions } = service
  const known = new Set<string>([...Object.keys(keys), ...tagKeys])
  for (const key of Object.keys(keys))
    if (!key.startsWith(`${prefix}:`))
      yield { path: ['keys', key], message: `\`${key}\` is no key of \`${prefix}\`` }
  yield* twins(['keys'], Object.keys(keys))
  yield* twins(['actions'], Object.keys(actions))
  for (const [type, { arn, keys: used }] of Object.entries(resources)) {
    if (arn.split(':')[2] !== prefix)
      yield { path: ['resources', type, 'arn'], message: `\`${arn}\` is no ARN of \`${prefix}\`` }
    yield* unknown(['resources', type, 'keys'], used, known, 'key')
  }
  yield* routeProblems(service)
  const { proofs, principals } = service
  if (proofs && !principals.includes(proofs.role))
    yield {
      path: ['proofs', 'role'],
      message: `\`${proofs.role}\` does not stand in \`principals\``,
    }
  else if (proofs && !proofs.role.includes(':role/'))
    yield { path: ['proofs', 'role'], message: 'expected a role: a user has keys to sign with' }
  for (const [scope, covered] of Object.entries(service.bearer?.scopes ?? {}))
    yield* unknown(['bearer', 'scopes', scope], covered, new Set(Object.keys(actions)), 'action')
  const types = new Set(Object.keys(resources))
  for (const [action, { resources: on, keys: used }] of Object.entries(actions)) {
    yield* unknown(['actions', action, 'resources'], on, types, 'resource type')
    yield* unknown(['actions', action, 'keys'], used, known, 'key')
  }
}

/** Each route names an action and a type of it, and its path has every part of the ARN. */
function* routeProblems({ payload, routes, actions, resources }: ServiceSettings) {
  if (routes.length > 0 && payload !== 'unsigned')
    yield { path: ['routes'], message: '`routes` need `payload: unsigned`: proxies send no bodies' }
  for (const [index, { path, action, resource }] of routes.entries()) {
    const types = actions[action]?.resources
    if (!types) yield { path: ['routes', index, 'action'], message: `no action \`${action}\` here` }
    else if (resource === undefined ? types.length > 0 : !types.includes(resource))
      yield {
        path: ['routes', index],
        message: `\`${action}\` does not act on \`${resource ?? 'no resource'}\``,
      }
    const parts = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    const arn = resources[resource ?? '']?.arn ?? ''
    for (const [, name] of arn.matchAll(/\$\{(\w+)\}/g))
      if (!['Partition', 'Region', 'Account'].includes(name!) && !parts.has(name))
        yield {
          path: ['routes', index, 'path'],
          message: `\`${path}\` lacks \`{${name}}\`, which the ARN has`,
        }
  }
}

function* unknown(
  path: readonly string[],
  used: readonly string[],
  known: ReadonlySet<string>,
  what: string,
): Generator<Problem> {
  for (const [index, one] of used.entries())
    if (!known.has(one)) yield { path: [...path, index], message: `no ${what} \`${one}\` here` }
}

/** Policies compare these names without case. */
function* twins(path: readonly string[], names: readonly string[]): Generator<Problem> {
  const seen = new Set<string>()
  for (const one of names) {
    if (seen.has(one.toLowerCase()))
      yield { path: [...path, one], message: `\`${one}\` is declared twice, in another case` }
    seen.add(one.toLowerCase())
  }
}

const declared = new WeakMap<object, readonly OwnService[]>()

/** The services of the settings as the action reference takes them; one list for each settings. */
export function ownServices(
  services: Readonly<Record<string, ServiceSettings>>,
): readonly OwnService[] {
  const known = declared.get(services)
  if (known) return known
  const made = Object.entries(services).map(([prefix, one]) => ownService(prefix, one))
  declared.set(services, made)
  return made
}

function ownService(prefix: string, { actions, resources, keys }: ServiceSettings): OwnService {
  return {
    prefix,
    keys: Object.entries(keys).map(([key, type]) => ({
      name: key,
      type: type.replace('ArrayOf', '') as KeyType,
      multivalued: type.startsWith('ArrayOf'),
    })),
    resources: Object.entries(resources).map(([type, { arn, keys: used }]) => ({
      name: type,
      arn: arn.replace(/\$\{\w+\}/g, '*'),
      keys: used,
    })),
    actions: Object.entries(actions).map(([action, of]) => ({ name: action, ...of })),
  }
}
