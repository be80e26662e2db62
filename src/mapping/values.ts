/**
 * What a grant may contain, as in the STS API (API reference, AssumeRole: RoleSessionName, Tags,
 * SourceIdentity). Each check returns what is wrong without the value, because values come from
 * people and the reason is logged.
 */
const namePattern = /^[\w+=,.@-]{2,64}$/
const rolePattern =
  /^arn:aws(-us-gov|-cn)?:iam::\d{12}:role\/([\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/
const tagPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export const limits = {
  tags: 50,
  tagKey: 128,
  tagValue: 256,
  itemsPerRule: 200,
  grants: 1000,
} as const

export function wrongName(what: string, name: string): string | undefined {
  if (namePattern.test(name)) return undefined
  if (name.length < 2 || name.length > 64)
    return `the ${what} has ${name.length} characters: 2 to 64 are allowed`
  return `the ${what} has characters outside A–Z a–z 0–9 _ + = , . @ -`
}

export function wrongSourceIdentity(name: string): string | undefined {
  return (
    wrongName('source identity', name) ??
    (/^aws:/i.test(name) ? 'the source identity starts with aws:, which is reserved' : undefined)
  )
}

export function wrongRole(arn: string): string | undefined {
  return rolePattern.test(arn)
    ? undefined
    : 'the role is not a role ARN: `arn:aws:iam::ACCOUNT:role/NAME`'
}

export function wrongTagKey(key: string): string | undefined {
  if (key.length < 1 || key.length > limits.tagKey)
    return `a tag key has ${key.length} characters: 1 to ${limits.tagKey} are allowed`
  if (/^aws:/i.test(key)) return `the tag key \`${key}\` starts with aws:, which is reserved`
  return tagPattern.test(key)
    ? undefined
    : `the tag key \`${key}\` has characters that tags may not have`
}

export function wrongTagValue(key: string, value: string): string | undefined {
  const named = `the value of tag \`${key}\``
  if (value.length > limits.tagValue)
    return `${named} has ${value.length} characters: at most ${limits.tagValue} are allowed`
  if (/^aws:/i.test(value)) return `${named} starts with aws:, which is reserved`
  return tagPattern.test(value) ? undefined : `${named} has characters that tags may not have`
}

/** Refuses a value that would add a path or another account to a role ARN. */
export function wrongArnPart(value: string): string | undefined {
  return /^[\w+=,.@-]+$/.test(value)
    ? undefined
    : 'a value in the role ARN has characters outside A–Z a–z 0–9 _ + = , . @ -'
}

/** Refuses a value that would be a wildcard or a policy variable in a policy. */
export function wrongPolicyPart(value: string): string | undefined {
  return /[*?$]/.test(value)
    ? 'a value in the session policy has `*`, `?` or `$`, which mean more than themselves there'
    : undefined
}
