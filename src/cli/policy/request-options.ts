import {
  contextOf,
  type DecidingLayer,
  type Layers,
  type Policy,
  type PolicyKind,
  type Principal,
} from '../../policy/index.ts'
import type { Output } from '../check.ts'
import { readPolicies } from './read-policies.ts'

/** The options of `explain` and `simulate` that describe the request. */
export interface RequestOptions {
  readonly principal: string
  readonly resourceAccount?: string | undefined
  /** `key=value`; a repeated key has several values. */
  readonly context: readonly string[]
  readonly boundary?: string | undefined
  readonly session?: string | undefined
  readonly resourcePolicy?: string | undefined
  /** The trust policy of the role to assume. */
  readonly trust?: string | undefined
  /** A file for each level, from the root of the organization to the account. */
  readonly serviceControl?: readonly string[] | undefined
  readonly resourceControl?: readonly string[] | undefined
  /** A settings file, whose organization gives both. */
  readonly organization?: string | undefined
}

/**
 * Parses a principal: its ARN, the name of a service, or `*`; undefined for anything else. A role
 * stands for a session of it.
 */
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
    return {
      kind: 'assumed-role',
      arn: `arn:${partition}:sts::${account}:assumed-role/${role.at(-1)}/session`,
      account,
      roleArn: text,
    }
  if (type === 'assumed-role')
    return {
      kind: 'assumed-role',
      arn: text,
      account,
      roleArn: `arn:${partition}:iam::${account}:role/${role[0]}`,
    }
  if (type === 'federated-user') return { kind: 'federated-user', arn: text, account }
  return type.endsWith('-provider') ? { kind: 'federated', arn: text } : undefined
}

/** Returns the message for a text that is not a principal. */
export function noPrincipal(text: string): string {
  return (
    `\`${text}\` is no principal: give the ARN of a user, a role or a session, ` +
    'the name of a service, or `*`'
  )
}

/** Parses condition keys from `key=value` options. Throws an Error that names an invalid one. */
export function contextOfOptions(options: readonly string[]): ReturnType<typeof contextOf> {
  const values = new Map<string, string[]>()
  for (const option of options) {
    const end = option.indexOf('=')
    if (end < 1 || !option.slice(0, end).includes(':'))
      throw new Error(
        `\`${option}\` is no condition key with a value: write \`aws:SourceIp=203.0.113.7\``,
      )
    const key = option.slice(0, end).toLowerCase()
    values.set(key, [...(values.get(key) ?? []), option.slice(end + 1)])
  }
  return contextOf(
    [...values].map(([key, all]) => ({
      key,
      values: all,
      list:
        all.length > 1 ||
        /^aws:(?:tagkeys|calledvia|(?:principal|resource)orgpaths)$|^(?:ldap|file):groups$/.test(
          key,
        ),
    })),
  )
}

/**
 * Adds the condition keys that follow from the request itself: the principal's ARN and account, a
 * user's name, the resource's account. Given keys take precedence.
 */
export function withOwnKeys(
  { kind, arn, account, roleArn }: Principal,
  resourceAccount: string | undefined,
  given: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const own: [string, readonly string[]][] =
    resourceAccount === undefined ? [] : [['aws:resourceaccount', [resourceAccount]]]
  if (kind === 'anonymous' || kind === 'service') return new Map([...own, ...given])
  own.push(['aws:principalarn', [roleArn ?? arn]])
  if (account !== undefined) own.push(['aws:principalaccount', [account]])
  if (kind === 'user') own.push(['aws:username', [arn.slice(arn.lastIndexOf('/') + 1)]])
  return new Map([...own, ...given])
}

/**
 * Reads the layers of files and options. Returns undefined, and reports it, when one is unusable.
 */
export async function layersOfFiles(
  paths: readonly string[],
  asked: RequestOptions,
  output: Output,
): Promise<Layers | undefined> {
  const identity = await readPolicies(paths, 'identity', output)
  const one = async (path: string | undefined, kind: PolicyKind) =>
    path === undefined ? [] : readPolicies([path], kind, output)
  const [boundary, session, resource] = [
    await one(asked.boundary, 'boundary'),
    await one(asked.session, 'session'),
    await one(asked.resourcePolicy, 'resource'),
  ]
  const trust = await one(asked.trust, 'trust')
  const serviceControl = await levelsOfFiles(asked.serviceControl, 'service-control', output)
  const resourceControl = await levelsOfFiles(asked.resourceControl, 'resource-control', output)
  if (!identity || !boundary || !session || !resource || !trust) return undefined
  if (!serviceControl || !resourceControl) return undefined
  return {
    ...(asked.trust !== undefined && { trust }),
    ...(asked.serviceControl && { serviceControl }),
    ...(asked.resourceControl && { resourceControl }),
    identity,
    ...(asked.boundary !== undefined && { boundary }),
    ...(asked.session !== undefined && { session: [session] }),
    ...(asked.resourcePolicy !== undefined && { resource }),
  }
}

/** Reads one level from each file. Returns undefined, and reports it, when one is unusable. */
export async function levelsOfFiles(
  paths: readonly string[] = [],
  kind: 'service-control' | 'resource-control',
  output: Output,
): Promise<readonly (readonly Policy[])[] | undefined> {
  const levels = []
  for (const path of paths) levels.push(await readPolicies([path], kind, output))
  return levels.some((level) => level === undefined)
    ? undefined
    : levels.flatMap((one) => (one ? [one] : []))
}

/** The text for an answer that depends on a deciding layer that was not given. */
export const notGiven: Readonly<Record<DecidingLayer, string>> = {
  trust: "the role's trust policy",
  resource: "the key's policy",
}
/** The option that gives the layer. */
export const optionOf: Readonly<Record<DecidingLayer, string>> = {
  trust: '--trust',
  resource: '--resource-policy',
}
