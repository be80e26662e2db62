import { setImmediate } from 'node:timers/promises'
import { iamArn } from '../../kernel/arn.ts'
import { decide } from '../../policy/index.ts'
import type { Caller } from '../../sessions/caller.ts'
import { resourceFacts } from '../../sessions/layered-context.ts'
import { withResourceControl } from '../../sessions/organization-layers.ts'
import { type RequestFacts, setRequestFacts } from '../../sessions/request-facts.ts'
import { trustOf } from '../../sessions/role-trust.ts'
import type { RoleRecord } from '../../store/records.ts'
import type { Reads } from '../../store/store.ts'

/** A role of the user's account that the user may assume now. */
export interface AssumableRole {
  readonly arn: string
  readonly name: string
  readonly description?: string | undefined
}

/** An account has 5,000 at most unless its quota says more; a page shows few. */
const mostScanned = 5000
const mostShown = 100
const batch = 250

/**
 * The roles of the user's account that `AssumeRole` would give them from this request, in order of
 * name, decided as the call is. Roles of other accounts are not looked for.
 */
export async function assumableRoles(
  reads: Pick<Reads, 'list'>,
  caller: Caller,
  facts: RequestFacts & { readonly sessionName: string },
): Promise<readonly AssumableRole[]> {
  const found: AssumableRole[] = []
  let scanned = 0
  for (let after = ''; scanned < mostScanned && found.length < mostShown; ) {
    const rows = await reads.list('role', caller.account, { limit: batch, after })
    for (const { record } of rows) {
      const arn = roleArn(caller, record)
      if (isAllowed(caller, record, arn, facts))
        found.push({ arn, name: record.name, description: record.description })
    }
    if (rows.length < batch) break
    scanned += rows.length
    after = rows.at(-1)!.key
    await setImmediate()
  }
  return found.slice(0, mostShown)
}

function roleArn({ partition, account }: Caller, { name, path }: RoleRecord): string {
  return iamArn({ partition, account }, 'role', name, path)
}

function isAllowed(
  { principal, account, organization, multivalued, ...caller }: Caller,
  role: RoleRecord,
  resource: string,
  facts: RequestFacts & { readonly sessionName: string },
): boolean {
  const context = new Map([
    ...caller.context,
    ...resourceFacts({ resourceAccount: account, resourceMember: organization?.of(account) }),
    ['sts:rolesessionname', [facts.sessionName]] as const,
    ...role.tags.flatMap(({ Key, Value }) =>
      ['aws', 'iam'].map((of) => [`${of}:resourcetag/${Key.toLowerCase()}`, [Value]] as const),
    ),
  ])
  setRequestFacts(context, facts)
  const action = 'sts:AssumeRole'
  const question = { principal, action, resource, resourceAccount: account, context, multivalued }
  const layers = { ...caller.layers, trust: trustOf(role) }
  return decide(question, withResourceControl(layers, question, organization)).effect === 'allow'
}
