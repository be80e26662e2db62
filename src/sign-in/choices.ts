import { hash } from 'node:crypto'
import type { Grant } from '../mapping/grant.ts'
import type { PermittedGrant } from '../sessions/federate.ts'

/**
 * A grant in the portal. `id` is stable for rule, role and session name, and reveals nothing else.
 */
export interface Choice extends PermittedGrant {
  readonly id: string
}

export function choicesOf(permitted: readonly PermittedGrant[]): readonly Choice[] {
  return permitted.map((one) => ({ ...one, id: choiceId(one.grant) }))
}

/** Stable for rule, role and session name. */
export function choiceId({ rule, roleArn, sessionName }: Grant): string {
  return hash('sha256', [rule, roleArn, sessionName].join('\n'), 'base64url').slice(0, 22)
}
