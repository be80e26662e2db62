import { contextOf, type Layers, type PolicyKind, type Principal } from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { readPolicies } from './read-policies.ts'

/** What the options of `explain` and `simulate` say about the request. */
export interface Asked {
  readonly principal: string
  readonly resourceAccount?: string | undefined
  /** `key=value`; a key that comes again has several values. */
  readonly context: readonly string[]
  readonly boundary?: string | undefined
  readonly session?: string | undefined
  readonly resourcePolicy?: string | undefined
}

/** A principal by its ARN, the name of a service, or `*`; undefined for anything else. A role stands for a session of it. */
export function principalOf(text: string): Principal | undefined {
  if (text === '*') return { kind: 'anonymous', arn: '*' }
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text)) return { kind: 'service', arn: text }
  const found = /^arn:([a-z-]+):(iam|sts)::(\d{12}):(root$|[a-z-]+(?=\/))(?:\/(.+))?$/.exec(text)
  if (!found) return undefined
  const [, partition, , account = '', type = '', name = ''] = found
  const role = name.split('/')
  if (type === 'root') return { kind: 'root', arn: text, account }
  if (type === 'user') return { kind: 'user', arn: text, account, userArn: text }
  if (type === 'role')
    return { kind: 'assumed-role', arn: `arn:${partition}:sts::${account}:assumed-role/${role.at(-1)}/session`, account, roleArn: text }
  if (type === 'assumed-role') return { kind: 'assumed-role', arn: text, account, roleArn: `arn:${partition}:iam::${account}:role/${role[0]}` }
  if (type === 'federated-user') return { kind: 'federated-user', arn: text, account }
  return type.endsWith('-provider') ? { kind: 'federated', arn: text } : undefined
}

/** The condition keys of `key=value` options. Throws an Error that names one which is neither. */
export function contextOfOptions(options: readonly string[]): ReturnType<typeof contextOf> {
  const values = new Map<string, string[]>()
  for (const option of options) {
    const end = option.indexOf('=')
    if (end < 1 || !option.slice(0, end).includes(':'))
      throw new Error(`\`${option}\` is no condition key with a value: write \`aws:SourceIp=203.0.113.7\``)
    const key = option.slice(0, end).toLowerCase()
    values.set(key, [...(values.get(key) ?? []), option.slice(end + 1)])
  }
  return contextOf(
    [...values].map(([key, all]) => ({
      key,
      values: all,
      list: all.length > 1 || /^aws:(?:tagkeys|calledvia|principalorgpaths)$|^(?:ldap|file):groups$/.test(key),
    })),
  )
}

/** What a request brings by itself: the principal's ARN and account, a user's name, the resource's account. Given keys count more. */
export function withOwnKeys(
  { kind, arn, account, roleArn }: Principal,
  resourceAccount: string | undefined,
  given: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const own: [string, readonly string[]][] = resourceAccount === undefined ? [] : [['aws:resourceaccount', [resourceAccount]]]
  if (kind === 'anonymous' || kind === 'service') return new Map([...own, ...given])
  own.push(['aws:principalarn', [roleArn ?? arn]])
  if (account !== undefined) own.push(['aws:principalaccount', [account]])
  if (kind === 'user') own.push(['aws:username', [arn.slice(arn.lastIndexOf('/') + 1)]])
  return new Map([...own, ...given])
}

/** The layers of files and options. Undefined when one can't be used, which is told. */
export async function layersOfFiles(paths: readonly string[], asked: Asked, output: Output): Promise<Layers | undefined> {
  const identity = await readPolicies(paths, 'identity', output)
  const one = async (path: string | undefined, kind: PolicyKind) => (path === undefined ? [] : readPolicies([path], kind, output))
  const [boundary, session, resource] = [
    await one(asked.boundary, 'boundary'),
    await one(asked.session, 'session'),
    await one(asked.resourcePolicy, 'resource'),
  ]
  if (!identity || !boundary || !session || !resource) return undefined
  return {
    identity,
    ...(asked.boundary !== undefined && { boundary }),
    ...(asked.session !== undefined && { session: [session] }),
    ...(asked.resourcePolicy !== undefined && { resource }),
  }
}
