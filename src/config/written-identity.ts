import { z } from 'zod'
import type { Identity } from '../kernel/identity.ts'
import { type Protocol, protocols } from '../kernel/protocol.ts'
import { readWritten, type Written } from './written.ts'

const text = z.string().min(1)
const identityFile = z.strictObject({
  connector: text,
  protocol: z.enum(Object.keys(protocols) as Protocol[]).optional(),
  subject: text.optional(),
  username: text,
  displayName: text.optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  groups: z.array(z.string()).default([]),
  authenticatedAt: z.iso.datetime({ offset: true }).optional(),
  strength: z.enum(['password', 'multi-factor', 'hardware']).default('password'),
})

/**
 * Reads an identity that a person wrote (YAML or JSON), to try mappings on. `protocolOf`: of a
 * connector, where the text says none.
 */
export function readIdentity(
  source: string,
  protocolOf: (connector: string) => Protocol | undefined,
  now: Date,
): Written<Identity> {
  const read = readWritten(source, identityFile)
  if (!('value' in read)) return read
  const {
    connector,
    username,
    subject,
    displayName,
    attributes,
    authenticatedAt,
    protocol,
    ...rest
  } = read.value
  return {
    value: {
      ...rest,
      connector,
      username,
      protocol: protocol ?? protocolOf(connector) ?? 'ldap',
      subject: subject ?? username,
      displayName: displayName ?? username,
      attributes: new Map(
        Object.entries(attributes).map(([name, value]) => [name, [value].flat()]),
      ),
      authenticatedAt: authenticatedAt === undefined ? now : new Date(authenticatedAt),
    },
  }
}
