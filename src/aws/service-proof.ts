import type { ProveService, ShownProof } from '../authorization/prove-service.ts'
import type { Caller } from '../sessions/caller.ts'
import type { Trace } from './call-audit.ts'
import type { AnyOperation } from './operation.ts'
import { headerOf, type WireRequest } from './wire.ts'

/**
 * What a service shows instead of a signature: an assertion (RFC 6750, section 2.1), or a
 * certificate in TLS where the request has no other proof. Undefined for signed requests, for those
 * without any proof, for those with two, and for operations that are no question of a service.
 */
export function shownProof(
  { rawHeaders, rawQuery, certificate }: WireRequest,
  { access, model }: AnyOperation,
): ShownProof | undefined {
  if (access !== 'signed' || !model.input.byName.has('Service')) return undefined
  const authorization = headerOf(rawHeaders, 'authorization')
  if (authorization === undefined)
    return /(?:^|&)X-Amz-/i.test(rawQuery) ? undefined : certificate?.()
  const assertion = /^Bearer +([\w.-]+)$/i.exec(authorization)?.[1]
  const several = rawHeaders.filter((name, at) => at % 2 === 0 && isAuthorization(name)).length > 1
  return assertion === undefined || several ? undefined : { assertion }
}

function isAuthorization(name: string): boolean {
  return name.toLowerCase() === 'authorization'
}

/**
 * The service that the call's input names, as the role that it runs as; notes in the trace by what
 * it was proved, or why it was not. Throws AccessDenied.
 */
export async function provedService(
  shown: ShownProof,
  prove: ProveService,
  trace: Trace,
): Promise<Caller> {
  const { Service: prefix = '' } = trace.input as { readonly Service?: string }
  const { caller, by } = await prove(shown, prefix, {
    now: trace.now,
    refused: (detail) => {
      trace.chain = { ...trace.chain, detail }
    },
  })
  const { connector, subject } = by
  trace.chain = { ...trace.chain, connector, identity: { subject, username: subject } }
  return caller
}
