import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { readIdpMetadata } from '../connectors/saml/metadata.ts'
import { SamlFault } from '../connectors/saml/saml-fault.ts'
import { openOutbound } from '../outbound/outbound.ts'
import { outboundSettings } from '../outbound/settings.ts'
import type { Output } from './check.ts'

export interface AddAsked {
  readonly metadata: string
  readonly id: string
  readonly account: string
}

/** `gatehouse connector saml add --metadata FILE|URL`: reads the metadata and prints the settings that take them up. Exit codes: 0, or 1 when they are unfit. */
export async function samlAdd({ metadata, id, account }: AddAsked, { out, err }: Output): Promise<number> {
  const remote = /^https:\/\//i.test(metadata)
  if (!remote && /^[a-z][a-z0-9+.-]*:\/\//i.test(metadata)) {
    err(`metadata tells whose signatures to believe, so it comes from a file or over \`https://\`, not from \`${metadata}\``)
    return 1
  }
  const text = remote ? await fetched(metadata) : await readFile(metadata, 'utf8')
  try {
    const { entityId, keys, signOn, validUntil } = readIdpMetadata(text, { now: new Date() })
    err(`${entityId}: ${keys.length} signing certificates, sign-in by ${Object.keys(signOn).join(' and ') || 'nothing that is known'}${validUntil ? `, valid until ${validUntil.toISOString()}` : ''}`)
    out(stringify({ connectors: { [id]: { type: 'saml', label: id, accounts: [account], idp: remote ? { metadataUrl: metadata, entityId } : { metadataFile: metadata, entityId }, usernameAttribute: 'uid', groupsAttribute: 'groups' } } }).trimEnd())
    err(`Give the identity provider our metadata: PUBLIC-URL/saml/${id}/metadata`)
    return 0
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error
    err(error.detail)
    return 1
  }
}

async function fetched(url: string): Promise<string> {
  await using outbound = await openOutbound(outboundSettings.parse({}))
  return (await outbound.get(url)).body.toString('utf8')
}
