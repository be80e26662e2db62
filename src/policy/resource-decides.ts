import type { Question } from './question.ts'

/**
 * Resources whose own policy must allow or delegate in the account of the resource too, by service.
 * A key's policy decides alone (KMS developer guide, "Key policies in AWS KMS"); aliases, and lists
 * of keys, have none.
 */
const resourcesOf: Readonly<Record<string, RegExp>> = {
  kms: /^arn:[^:]*:kms:[^:]*:[^:]*:key\//,
}
const decidingAlone = Object.values(resourcesOf)

/** Whether identity policies grant nothing on this resource unless its own policy lets them. */
export function resourceDecides({ resource }: Pick<Question, 'resource'>): boolean {
  for (const pattern of decidingAlone) if (pattern.test(resource)) return true
  return false
}
