import type { KeyObject } from 'node:crypto'
import type { Connector } from '../connectors/connector.ts'
import {
  acceptedByEntity,
  entityAddresses,
  type ProviderRoad,
} from '../connectors/saml/addresses.ts'
import { readEntityMetadata } from '../connectors/saml/entity-metadata.ts'
import type { IdpMetadata } from '../connectors/saml/metadata.ts'
import { awsMetadata } from '../connectors/saml/own-metadata.ts'
import type { ProvedAssertion } from '../connectors/saml/response.ts'
import { SamlFault } from '../connectors/saml/saml-fault.ts'
import { proveWithBoth, type SecondReading } from '../connectors/saml/second-reader.ts'
import { type SamlConnector, speaksSaml } from '../connectors/saml/upstream.ts'
import { iamArn, parseArn } from '../kernel/arn.ts'
import type { Clock } from '../kernel/clock.ts'
import { NoPlace } from '../kernel/places.ts'
import type { SamlProviderRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { certificateCache } from './saml-provider-certificates.ts'

/**
 * A SAML provider of an account: a connector that serves it, or an entity that was created through
 * the API.
 */
export interface SamlProvider {
  readonly arn: string
  readonly account: string
  readonly name: string
  readonly issuer: string
  /** Absent for an entity. */
  readonly connector?: SamlConnector | undefined
  /**
   * SHA-256 fingerprints, 64 hexadecimal digits, of the certificates and keys that may sign now.
   */
  readonly fingerprints: readonly string[]
  /** Proves an assertion, like the connector's method. Throws SamlFault. */
  prove(text: string, road: ProviderRoad): Promise<ProvedAssertion>
}

export interface SamlProviderPorts extends Pick<SecondReading, 'wasUsed'> {
  readonly store: Pick<Store, 'reads'>
  readonly clock: Clock
  readonly publicUrl: URL
  readonly connectors: () => readonly Connector[]
  /** Opens a private key of an entity, which is sealed under the key ring. */
  readonly openKey: (sealed: string) => KeyObject | undefined
  /** For entities; a connector has a setting of its own. */
  readonly secondReader: () => SecondReading['secondReader']
}

export interface SamlProviders {
  /**
   * Finds a provider by ARN. A connector's name is reserved in every account that it serves: no
   * entity can take it.
   */
  find(arn: string): Promise<SamlProvider | undefined>
  /** Finds an entity by its `SAMLProviderUUID`, unless a connector took its name. */
  findById(id: string): Promise<SamlProvider | undefined>
  /** Returns our metadata for the identity provider of an entity that `findById` finds. */
  metadata(id: string): Promise<string | undefined>
}

const skewSeconds = 60

export function samlProviders(ports: SamlProviderPorts): SamlProviders {
  const { store, clock, publicUrl, connectors } = ports
  const certificates = certificateCache(ports)
  return {
    find,
    async findById(id) {
      const entity = await entityById(id)
      return entity && find(entity.arn)
    },
    async metadata(id) {
      const entity = await entityById(id)
      if (!entity) return undefined
      const shown = certificates(entity.privateKeys)
      return awsMetadata(entityAddresses(publicUrl, id), shown, ports.secondReader())
    },
  }

  async function find(arn: string): Promise<SamlProvider | undefined> {
    const parsed = parseArn(arn)
    const name = /^saml-provider\/([\w._-]{1,128})$/.exec(
      parsed?.service === 'iam' && parsed.region === '' ? parsed.resource : '',
    )?.[1]
    if (!parsed || name === undefined) return undefined
    const { account } = parsed
    const found = await store.reads.find('account', account, 'account')
    if (found?.partition !== parsed.partition) return undefined
    const connector = connectorOf({ account, name })
    if (connector) {
      const issuer = connector.upstream.issuer()
      return {
        arn,
        account,
        name,
        issuer,
        connector,
        fingerprints: connector.upstream.fingerprints(),
        prove: (text) => connector.upstream.proveAssertion(text, 'aws'),
      }
    }
    const record = await store.reads.find('samlProvider', account, name.toLowerCase())
    if (record?.name !== name) return undefined
    return entityProvider(ports, arn, record, await readStored(record.metadata, clock.now()))
  }

  async function entityById(id: string) {
    const place = await store.reads.samlProviderById(id)
    const owner = place && (await store.reads.find('account', place.account, 'account'))
    const record = place && (await store.reads.find('samlProvider', place.account, place.key))
    if (!owner || record?.id !== id || connectorOf(record)) return undefined
    const { account, name, privateKeys } = record
    return {
      arn: iamArn({ partition: owner.partition, account }, 'saml-provider', name),
      privateKeys,
    }
  }

  function connectorOf({ account, name }: Pick<SamlProviderRecord, 'account' | 'name'>) {
    return connectors()
      .filter(speaksSaml)
      .find(({ id, accounts }) => id === name && accounts.includes(account))
  }
}

function entityProvider(
  { clock, publicUrl, openKey, secondReader, wasUsed }: SamlProviderPorts,
  arn: string,
  record: SamlProviderRecord,
  { entityId: issuer, keys }: IdpMetadata,
): SamlProvider {
  const addresses = entityAddresses(publicUrl, record.id)
  return {
    arn,
    account: record.account,
    name: record.name,
    issuer,
    fingerprints: keys.map(({ fingerprint }) => fingerprint),
    prove: (text, road) =>
      proveWithBoth(
        text,
        {
          keys,
          secondReader: secondReader(),
          wasUsed,
          allowWeakAlgorithms: false,
          requireEncryption: record.encryption === 'Required',
          decryptionKeys: record.privateKeys
            .map(({ sealed }) => openKey(sealed))
            .filter((key) => key !== undefined),
        },
        {
          now: clock.now(),
          skewSeconds,
          issuer,
          ...acceptedByEntity(addresses, road),
        },
      ),
  }
}

/** Throws SamlFault, also when too many documents wait to be read. */
async function readStored(text: string, now: Date): Promise<IdpMetadata> {
  const found = await readEntityMetadata(text).catch((error: unknown) => {
    if (!(error instanceof NoPlace)) throw error
    throw new SamlFault('metadata', 'the metadata of too many providers wait to be read')
  })
  if (found.validUntil && found.validUntil <= now)
    throw new SamlFault('metadata', 'the metadata of the provider have expired', {
      found: found.validUntil.toISOString(),
    })
  return found
}
