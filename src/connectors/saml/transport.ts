import { readFile } from 'node:fs/promises'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import type { IdpMetadata } from './metadata.ts'
import { pemKeys } from './metadata-keys.ts'
import { feedTimeoutMs, readFeed, usualBytes } from './read-feed.ts'
import { SamlFault } from './saml-fault.ts'
import type { SamlSettings } from './settings.ts'

/** A source of the current metadata of an identity provider. */
export interface IdpSource extends AsyncDisposable {
  /** Throws SamlFault `metadata` when the metadata have expired or are not known yet. */
  current(): IdpMetadata
  /**
   * Fetch the metadata again now, if there is an address to fetch from. Rejects with the reason;
   * the known metadata stay.
   */
  refresh(): Promise<void>
}

export interface SourcePorts {
  readonly clock: Clock
  readonly outbound: Pick<Outbound, 'get'>
  readonly log: Log
}

const dayMs = 86_400_000

/**
 * Open the source of the metadata; this is the connector's only I/O. Throws for a file that cannot
 * be read or used, but not for an address that does not answer, since it may recover.
 */
export async function openIdpSource(
  idp: SamlSettings['idp'],
  ports: SourcePorts,
): Promise<IdpSource> {
  const known = await readKnownIdp(idp, ports.clock.now())
  if (known || !('metadataUrl' in idp)) return fixed(known!, ports)
  const signedBy =
    idp.signedByFile === undefined ? undefined : pemKeys(await readFile(idp.signedByFile, 'utf8'))
  return refreshed(idp, signedBy, ports)
}

/**
 * Return the metadata from the fields or the file in the settings, or undefined when the settings
 * give only an address. Throws.
 */
export async function readKnownIdp(
  idp: SamlSettings['idp'],
  now: Date,
): Promise<IdpMetadata | undefined> {
  if ('certificates' in idp) return fromFields(idp)
  return 'metadataFile' in idp
    ? readFeed(() => readFile(idp.metadataFile), {
        now,
        entityId: idp.entityId,
        maxBytes: idp.maxMegabytes * 1_000_000,
      })
    : undefined
}

function fromFields({
  entityId,
  signOnUrl,
  signOnBinding,
  logoutUrl,
  logoutBinding,
  certificates,
}: Extract<SamlSettings['idp'], { certificates: string[] }>): IdpMetadata {
  return {
    entityId,
    keys: certificates.flatMap(pemKeys),
    signOn: signOnBinding === 'post' ? { post: signOnUrl } : { redirect: signOnUrl },
    logout: logoutUrl === undefined ? {} : { [logoutBinding]: logoutUrl },
    unfitKeys: [],
    wantsSignedRequests: true,
  }
}

function fixed(metadata: IdpMetadata, ports: SourcePorts): IdpSource {
  warnOf(metadata, ports)
  return {
    current: () => unexpired(metadata, ports.clock),
    async refresh() {},
    async [Symbol.asyncDispose]() {},
  }
}

type FromUrl = Extract<SamlSettings['idp'], { metadataUrl: string }>

async function refreshed(
  { metadataUrl, entityId, refreshSeconds, maxMegabytes }: FromUrl,
  signedBy: ReturnType<typeof pemKeys> | undefined,
  ports: SourcePorts,
): Promise<IdpSource> {
  const { clock, outbound, log } = ports
  const maxBytes = maxMegabytes * 1_000_000
  // The time of other requests is too short for a feed.
  const slow = maxBytes > usualBytes ? { timeoutMs: feedTimeoutMs } : {}
  const closing = new AbortController()
  let known: IdpMetadata | undefined
  let running: Promise<void> | undefined
  const fetched = async () => {
    const { status, body } = await outbound.get(metadataUrl, { maxBytes, ...slow })
    if (status !== 200)
      throw new SamlFault('metadata', 'the metadata address answered with another status', {
        found: String(status),
        expected: '200',
      })
    return body
  }
  const read = async () => {
    const { signal } = closing
    const expected = { now: clock.now(), entityId, signedBy, maxBytes, signal }
    known = await readFeed(fetched, expected)
    warnOf(known, ports)
  }
  // One at a time: reading a large document may take longer than the interval.
  const refresh = () => {
    running ??= read().finally(() => {
      running = undefined
    })
    return running
  }
  const attempt = () =>
    refresh().catch((error: unknown) => {
      if (closing.signal.aborted) return
      log('saml.metadata-kept', {
        url: metadataUrl,
        kept: known !== undefined,
        problem: problemText(error),
      })
    })
  await attempt()
  const timer = setInterval(() => void attempt(), refreshSeconds * 1000)
  timer.unref()
  return {
    current() {
      if (!known)
        throw new SamlFault('metadata', "the identity provider's metadata were never read")
      return unexpired(known, clock)
    },
    refresh,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      closing.abort()
    },
  }
}

function unexpired(metadata: IdpMetadata, clock: Clock): IdpMetadata {
  if (metadata.validUntil && metadata.validUntil <= clock.now())
    throw new SamlFault('metadata', "the identity provider's metadata have expired", {
      found: metadata.validUntil.toISOString(),
    })
  return metadata
}

function warnOf(
  { entityId, validUntil, unfitKeys }: IdpMetadata,
  { clock, log }: SourcePorts,
): void {
  for (const problem of unfitKeys) log('saml.key-unfit', { entityId, problem })
  if (validUntil && validUntil.getTime() < clock.now().getTime() + dayMs)
    log('saml.metadata-ends', { entityId, validUntil: validUntil.toISOString() })
}

function problemText(error: unknown): string {
  if (error instanceof SamlFault) return error.detail
  return error instanceof Error ? error.message : String(error)
}
