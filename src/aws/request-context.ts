import type { Caller } from '../sessions/caller.ts'
import { LayeredContext } from '../sessions/layered-context.ts'
import type { RequestFacts } from '../sessions/request-facts.ts'
import type { Target } from './operation.ts'

export interface QuestionContext {
  readonly context: ReadonlyMap<string, readonly string[]>
  readonly multivalued: ReadonlySet<string>
}

const none: Readonly<Record<string, never>> = {}

/**
 * The condition keys of one question: the caller's, the global ones (IAM user guide, "Global
 * condition context keys") and the target's. Facts of the request hide all others, so that a
 * principal can't replace them.
 */
export function questionContext(
  caller: Caller,
  facts: RequestFacts,
  target: Target,
  resourceAccount: string,
): QuestionContext {
  const resourceMember = caller.organization?.of(resourceAccount)
  const context = new LayeredContext(caller.context, { facts, resourceAccount, resourceMember })
  let multivalued: Set<string> | undefined
  const { conditions = none } = target
  for (const key of Object.keys(conditions)) {
    const value = conditions[key]
    if (value === undefined) continue
    const name = key.toLowerCase()
    if (typeof value === 'string') {
      context.set(name, [value])
    } else {
      context.set(name, value)
      multivalued ??= new Set(caller.multivalued)
      multivalued.add(name)
    }
  }
  return { context, multivalued: multivalued ?? caller.multivalued }
}

/** `aws:RequestTag/…` and `aws:TagKeys` for a request with tags; nothing for one without. */
export function tagConditions(
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Readonly<Record<string, string | readonly string[]>> {
  if (!tags || tags.length === 0) return none
  return Object.fromEntries([
    ...tags.map(({ Key, Value }): [string, string] => [`aws:RequestTag/${Key}`, Value]),
    ['aws:TagKeys', tags.map(({ Key }) => Key)] as [string, readonly string[]],
  ])
}

/** `aws:ResourceTag/…` and IAM's own spelling of it, `iam:ResourceTag/…`. */
export function resourceTagConditions(
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Readonly<Record<string, string>> {
  if (!tags || tags.length === 0) return none
  return Object.fromEntries(
    tags.flatMap(({ Key, Value }): [string, string][] => [
      [`aws:ResourceTag/${Key}`, Value],
      [`iam:ResourceTag/${Key}`, Value],
    ]),
  )
}
