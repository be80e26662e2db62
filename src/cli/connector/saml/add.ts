import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { standardInput } from '../../../config/standard-input.ts'
import { pemKeys } from '../../../connectors/saml/metadata-keys.ts'
import { feedTimeoutMs, readFeed, usualBytes } from '../../../connectors/saml/read-feed.ts'
import { SamlFault } from '../../../connectors/saml/saml-fault.ts'
import { openOutbound } from '../../../outbound/outbound.ts'
import { outboundSettings } from '../../../outbound/settings.ts'
import type { Output } from '../../check.ts'

/** The largest value that the setting `maxMegabytes` may have, in bytes. */
const mostBytes = 100_000_000

export interface AddAsked {
  readonly metadata: string
  readonly id: string
  readonly account: string
  /** Selects an entity when the metadata describe several. */
  readonly entity?: string | undefined
  /** PEM file: one of its certificates has to have signed the metadata. */
  readonly signedBy?: string | undefined
}

const read = (path: string): Promise<Buffer> => (path === '-' ? standardInput() : readFile(path))

/**
 * `gatehouse connector saml add --metadata FILE|URL`: reads the metadata and prints the connector
 * settings for them. Exit codes: 0, or 1 when the metadata are unusable.
 */
export async function samlAdd(
  { metadata, id, account, entity, signedBy }: AddAsked,
  { out, err }: Output,
): Promise<number> {
  const remote = /^https:\/\//i.test(metadata)
  if (!remote && /^[a-z][a-z0-9+.-]*:\/\//i.test(metadata)) {
    err(
      'metadata tells whose signatures to believe, so it comes from a file or over ' +
        `\`https://\`, not from \`${metadata}\``,
    )
    return 1
  }
  let megabytes = 0
  const source = async () => {
    const bytes = remote ? await fetched(metadata) : await read(metadata)
    megabytes = Math.ceil(bytes.length / 1_000_000)
    return bytes
  }
  try {
    const { entityId, keys, unfitKeys, signOn, validUntil } = await readFeed(source, {
      now: new Date(),
      entityId: entity,
      signedBy: signedBy === undefined ? undefined : pemKeys(await readFile(signedBy, 'utf8')),
      maxBytes: mostBytes,
    })
    const bindings = Object.keys(signOn).join(' and ') || 'nothing that is known'
    const end = validUntil ? `, valid until ${validUntil.toISOString()}` : ''
    err(`${entityId}: ${keys.length} signing certificates, sign-in by ${bindings}${end}`)
    for (const problem of unfitKeys) err(`left out: ${problem}`)
    out(
      stringify({
        connectors: {
          [id]: {
            type: 'saml',
            label: id,
            accounts: [account],
            idp: {
              [remote ? 'metadataUrl' : 'metadataFile']: metadata,
              entityId,
              // The settings check the signature of what they fetch; a file was checked now.
              ...(remote && signedBy !== undefined && { signedByFile: signedBy }),
              // With room to grow.
              ...(megabytes * 1_000_000 > usualBytes && {
                maxMegabytes: Math.min(megabytes * 2, mostBytes / 1_000_000),
              }),
            },
            usernameAttribute: 'uid',
            groupsAttribute: 'groups',
          },
        },
      }).trimEnd(),
    )
    err(`Give the identity provider our metadata: PUBLIC-URL/saml/${id}/metadata`)
    return 0
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error
    err(error.detail)
    return 1
  }
}

async function fetched(url: string): Promise<Buffer> {
  await using outbound = await openOutbound(outboundSettings.parse({ timeoutMs: feedTimeoutMs }))
  return (await outbound.get(url, { maxBytes: mostBytes })).body
}
