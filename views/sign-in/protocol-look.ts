import type { Protocol } from '../../src/kernel/protocol.ts'
import type { GlyphName } from '../glyph.ts'
import { words } from './words.ts'

/** How a connector looks on the sign-in page, by its protocol. */
export interface ProtocolLook {
  readonly glyph: GlyphName
  readonly hint: string
}

export const protocolLooks: Readonly<Record<Protocol, ProtocolLook>> = {
  file: { glyph: 'file', hint: words.protocolLook.passwordKeptByGatehouse },
  ldap: { glyph: 'directory', hint: words.protocolLook.directoryPassword },
  saml: { glyph: 'directory', hint: 'SAML' },
  oidc: { glyph: 'directory', hint: 'OpenID Connect' },
}
