import { parseArn } from '../../kernel/arn.ts'
import { SamlFault } from './saml-fault.ts'

export interface RolePair {
  readonly roleArn: string
  readonly providerArn: string
}

/** The session that AWS's own attributes request. */
export interface AwsAttributes {
  readonly pairs: readonly RolePair[]
  readonly sessionName: string
  /** 900–43200 */
  readonly sessionDurationSeconds?: number | undefined
  readonly sourceIdentity?: string | undefined
  readonly tags: ReadonlyMap<string, string>
  readonly transitiveTagKeys: readonly string[]
}

const prefix = 'https://aws.amazon.com/SAML/Attributes/'
export const roleAttribute = `${prefix}Role`
const mostPairs = 500
const mostTags = 50

type Attributes = ReadonlyMap<string, readonly string[]>

/** Whether the response has AWS's role attribute, with well-formed pairs or not. */
export function hasRoleAttribute(attributes: Attributes): boolean {
  return (attributes.get(roleAttribute) ?? []).length > 0
}

/**
 * Read AWS's attributes (IAM user guide, "Configure SAML assertions for the authentication
 * response"). Names are case-sensitive. Throws SamlFault for a value that AWS would refuse.
 */
export function readAwsAttributes(attributes: Attributes): AwsAttributes {
  const sessionName = single(attributes, 'RoleSessionName')
  if (sessionName === undefined)
    throw new SamlFault('attribute', 'RoleSessionName is required in AuthnResponse')
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    throw new SamlFault(
      'attribute',
      'RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}',
      { found: sessionName },
    )
  const duration = single(attributes, 'SessionDuration')
  const seconds = duration === undefined ? undefined : secondsOf(duration)
  if (seconds !== undefined && (seconds < 900 || seconds > 43_200))
    throw new SamlFault('attribute', 'SessionDuration in AuthnResponse must be 900 to 43200', {
      found: duration,
    })
  const sourceIdentity = single(attributes, 'SourceIdentity')
  if (
    sourceIdentity !== undefined &&
    (!/^[\w+=,.@-]{2,64}$/.test(sourceIdentity) || /^aws:/i.test(sourceIdentity))
  ) {
    throw new SamlFault(
      'attribute',
      'SourceIdentity in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}',
      { found: sourceIdentity },
    )
  }
  const tags = readTags(attributes)
  const transitiveTagKeys = attributes.get(`${prefix}TransitiveTagKeys`) ?? []
  const keys = new Set([...tags.keys()].map((key) => key.toLowerCase()))
  const strange = transitiveTagKeys.find((key) => !keys.has(key.toLowerCase()))
  if (strange !== undefined)
    throw new SamlFault('attribute', 'a transitive tag key is not among the tags', {
      found: strange,
    })
  if (new Set(transitiveTagKeys.map((key) => key.toLowerCase())).size < transitiveTagKeys.length)
    throw new SamlFault('attribute', 'a transitive tag key occurs twice')
  return {
    pairs: readPairs(attributes.get(roleAttribute) ?? []),
    sessionName,
    tags,
    transitiveTagKeys,
    sessionDurationSeconds: seconds,
    sourceIdentity,
  }
}

/** Throws SamlFault. */
export function readPairs(values: readonly string[]): readonly RolePair[] {
  if (values.length > mostPairs)
    throw new SamlFault('attribute', 'too many roles', {
      found: String(values.length),
      expected: `at most ${mostPairs}`,
    })
  const pairs = new Map<string, RolePair>()
  for (const value of values) {
    const parts = value.split(',').map((part) => part.trim())
    const kind = (part: string) =>
      /^(role|saml-provider)\//.exec(
        parseArn(part)?.service === 'iam' ? parseArn(part)!.resource : '',
      )?.[1]
    const [roleArn, providerArn] =
      kind(parts[0] ?? '') === 'saml-provider' ? [parts[1], parts[0]] : [parts[0], parts[1]]
    if (
      parts.length !== 2 ||
      kind(roleArn ?? '') !== 'role' ||
      kind(providerArn ?? '') !== 'saml-provider'
    )
      throw new SamlFault('attribute', 'a Role is not the ARNs of a role and a SAML provider', {
        found: value,
      })
    pairs.set(`${roleArn} ${providerArn}`, { roleArn: roleArn!, providerArn: providerArn! })
  }
  return [...pairs.values()]
}

function readTags(attributes: Attributes): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, values] of attributes) {
    if (!name.startsWith(`${prefix}PrincipalTag:`)) continue
    const key = name.slice(`${prefix}PrincipalTag:`.length)
    const [value] = values
    const fits =
      values.length === 1 &&
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) &&
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value!) &&
      !/^aws:/i.test(key)
    if (!fits)
      throw new SamlFault(
        'attribute',
        'a PrincipalTag is not one key with one value that a tag may have',
        { found: key },
      )
    if (seen.has(key.toLowerCase()))
      throw new SamlFault('attribute', 'a tag key occurs twice: case does not matter', {
        found: key,
      })
    seen.add(key.toLowerCase())
    tags.set(key, value!)
  }
  if (tags.size > mostTags)
    throw new SamlFault('attribute', 'too many tags', {
      found: String(tags.size),
      expected: `at most ${mostTags}`,
    })
  return tags
}

function single(attributes: Attributes, name: string): string | undefined {
  const values = attributes.get(prefix + name) ?? []
  if (values.length > 1) throw new SamlFault('attribute', `${name} has several values`)
  return values[0]
}

/** Return 0 for a text that is not a number of seconds. */
function secondsOf(text: string): number {
  return /^\d{3,5}$/.test(text.trim()) ? Number(text) : 0
}
