import type { KeyObject } from 'node:crypto'
import type { Connected, SamlConnected } from '../../connectors/connected.ts'
import { takesAssertions } from '../../connectors/connected.ts'
import { awsAudience, awsFreshSeconds, samlAddresses } from '../../connectors/saml/connector.ts'
import { entityMetadataLimits, type IdpMetadata, readIdpMetadata } from '../../connectors/saml/metadata.ts'
import { type Proof, proveResponse } from '../../connectors/saml/response.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import { parseArn } from '../../kernel/arn.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { SamlProviderRecord } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'

/** A SAML provider of an account: a connector that serves it, or an entity that the account made through the API. */
export interface SamlProvider {
  readonly arn: string
  readonly account: string
  readonly name: string
  readonly issuer: string
  /** Absent: an entity. */
  readonly connector?: SamlConnected
  /** As SamlUpstream's, on AWS's road. Throws SamlFault. */
  prove(text: string): Proof
}

export interface SamlProviderPorts {
  readonly store: Pick<Store, 'reads'>
  readonly clock: Clock
  readonly publicUrl: URL
  readonly connectors: () => readonly Connected[]
  /** Opens a private key of an entity, sealed under the key ring. */
  readonly openKey: (sealed: string) => KeyObject | undefined
}

const skewSeconds = 60
/** Of metadata that are kept, read, by their text. */
const mostCharactersKept = 32_000_000

/** Finds a provider by ARN. A connector's name is its own in every account that it serves: no entity can take it. */
export function samlProviders({ store, clock, publicUrl, connectors, openKey }: SamlProviderPorts): (arn: string) => Promise<SamlProvider | undefined> {
  const read = metadataCache(clock)
  return async (arn) => {
    const parsed = parseArn(arn)
    const name = /^saml-provider\/([\w._-]{1,128})$/.exec(parsed?.service === 'iam' && parsed.region === '' ? parsed.resource : '')?.[1]
    if (!parsed || name === undefined) return undefined
    const { account } = parsed
    const found = await store.reads.find('account', account, 'account')
    if (found?.partition !== parsed.partition) return undefined
    const connector = connectors().filter(takesAssertions).find((one) => one.id === name && one.accounts.includes(account))
    if (connector) {
      const issuer = connector.upstream.issuer()
      return { arn, account, name, issuer, connector, prove: (text) => connector.upstream.prove(text, 'aws') }
    }
    const record = await store.reads.find('samlProvider', account, name.toLowerCase())
    if (record?.name !== name) return undefined
    return entityProvider(arn, record, read(record.metadata))
  }

  function entityProvider(arn: string, record: SamlProviderRecord, { entityId: issuer, keys }: IdpMetadata): SamlProvider {
    const { shared } = samlAddresses(publicUrl, '')
    return {
      arn, account: record.account, name: record.name, issuer,
      prove: (text) => proveResponse(text, {
        keys, allowWeakAlgorithms: false, requireEncryption: record.encryption === 'Required',
        decryptionKeys: record.privateKeys.map(({ sealed }) => openKey(sealed)).filter((key) => key !== undefined),
      }, { now: clock.now(), skewSeconds, issuer, audiences: [awsAudience, shared], recipients: [shared], freshSeconds: awsFreshSeconds }),
    }
  }
}

/** Metadata parsed once a text; whether they have expired is asked each time. */
function metadataCache(clock: Clock): (text: string) => IdpMetadata {
  const known = new Map<string, IdpMetadata>()
  let characters = 0
  return (text) => {
    const kept = known.get(text)
    const found = kept ?? readIdpMetadata(text, { now: clock.now(), limits: entityMetadataLimits })
    if (found.validUntil && found.validUntil <= clock.now()) throw new SamlFault('metadata', 'the metadata of the provider have expired', { found: found.validUntil.toISOString() })
    if (kept) return kept
    if (characters + text.length > mostCharactersKept) {
      known.clear()
      characters = 0
    }
    characters += text.length
    known.set(text, found)
    return found
  }
}
