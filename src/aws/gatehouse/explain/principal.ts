import { parseArn } from '../../../kernel/arn.ts'
import type { Reads } from '../../../store/store.ts'
import { findNamed, type NamedKind, namedTarget } from '../../iam/entity.ts'
import {
  existingSource,
  locateSource,
  type Source,
  sourceArn,
  sourceTarget,
} from '../../iam/policy-source.ts'
import {
  boundaryOfSource,
  contextOfSource,
  policiesOfSource,
  principalOfSource,
} from '../../iam/simulator/policies-of-source.ts'
import type { Call, Target } from '../../operation.ts'

type PrincipalCall = Call<'InvalidInput' | 'NoSuchEntity'>

const short = /^(user|group|role)\/([^/]+)$/
const session = /^assumed-role\/([^/]+)\/([^/]+)$/

/** How a call names a principal of its account. */
type Named =
  | { readonly by: 'name'; readonly kind: NamedKind; readonly name: string }
  | { readonly by: 'session'; readonly role: string; readonly session: string }
  | { readonly by: 'arn' }

function namedBy(text: string, { account, caller, fault }: PrincipalCall): Named {
  const [, kind, name] = short.exec(text) ?? []
  if (kind !== undefined && name !== undefined) return { by: 'name', kind: kind as NamedKind, name }
  const arn = parseArn(text)
  if (arn?.service !== 'sts') return { by: 'arn' }
  const [, role, named] = session.exec(arn.resource) ?? []
  const own = arn.account === account && arn.partition === caller.partition
  if (own && role !== undefined && named !== undefined)
    return { by: 'session', role, session: named }
  throw fault('InvalidInput', `Invalid principal: ${text.slice(0, 256)}`)
}

/** Finds the user, group or role that a call names. Throws InvalidInput for other texts. */
export async function findPrincipal(
  text: string,
  call: PrincipalCall,
  reads: Reads,
): Promise<Source | undefined> {
  const named = namedBy(text, call)
  if (named.by === 'arn') return locateSource(text, call, reads)
  const [kind, name] =
    named.by === 'name' ? [named.kind, named.name] : ['role' as const, named.role]
  const record = await findNamed(reads, kind, call, name)
  return record && ({ kind, record } as Source)
}

export function principalTarget(
  text: string,
  call: PrincipalCall,
  found: Source | undefined,
): Target {
  const named = namedBy(text, call)
  if (found || named.by === 'arn') return sourceTarget(text, call, found)
  const [kind, name] =
    named.by === 'name' ? [named.kind, named.name] : ['role' as const, named.role]
  return namedTarget(kind, call, name, undefined)
}

interface Finding {
  readonly call: PrincipalCall
  readonly found: Source | undefined
  readonly reads: Pick<Reads, 'find'>
}

/** What decides for the principal, and its condition keys. Throws NoSuchEntity. */
export async function simulatedPrincipal(text: string, { call, found, reads }: Finding) {
  const named = namedBy(text, call)
  if (!found && named.by !== 'arn')
    throw call.fault('NoSuchEntity', `There is no ${text.slice(0, 256)}.`)
  const source = existingSource(text, call, found)
  const name = named.by === 'session' ? named.session : undefined
  return {
    arn: named.by === 'session' ? text : sourceArn(source, call),
    identity: await policiesOfSource(source, reads),
    boundary: await boundaryOfSource(source, reads),
    principal: principalOfSource(source, call, name),
    context: contextOfSource(source, call, name),
  }
}
