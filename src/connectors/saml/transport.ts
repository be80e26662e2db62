import { readFile } from 'node:fs/promises'
import type { Clock } from '../../kernel/clock.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import { type IdpMetadata, pemKeys, readIdpMetadata } from './metadata.ts'
import { SamlFault } from './saml-fault.ts'
import type { SamlSettings } from './settings.ts'

/** The identity provider as it is known now. */
export interface IdpSource extends AsyncDisposable {
  /** Throws SamlFault `metadata` when what is known has expired, or nothing is known yet. */
  current(): IdpMetadata
  /** Asks again now, where there is somebody to ask. Rejects with the reason; what was known stays. */
  refresh(): Promise<void>
}

export interface SourcePorts {
  readonly clock: Clock
  readonly outbound: Pick<Outbound, 'get'>
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

const dayMs = 86_400_000
const warnDays = 30

/** The connector's only I/O. Throws for a file that cannot be read or used; an address that does not answer may come back. */
export async function openIdpSource(idp: SamlSettings['idp'], ports: SourcePorts): Promise<IdpSource> {
  const { clock } = ports
  if ('certificates' in idp) return fixed(fromFields(idp), ports)
  if ('metadataFile' in idp) {
    return fixed(readIdpMetadata(await readFile(idp.metadataFile, 'utf8'), { now: clock.now(), entityId: idp.entityId }), ports)
  }
  const signedBy = idp.signedByFile === undefined ? undefined : pemKeys(await readFile(idp.signedByFile, 'utf8'))
  return refreshed(idp, signedBy, ports)
}

function fromFields({ entityId, signOnUrl, signOnBinding, logoutUrl, logoutBinding, certificates }: Extract<SamlSettings['idp'], { certificates: string[] }>): IdpMetadata {
  return {
    entityId, keys: certificates.flatMap(pemKeys), signOn: signOnBinding === 'post' ? { post: signOnUrl } : { redirect: signOnUrl },
    logout: logoutUrl === undefined ? {} : { [logoutBinding]: logoutUrl }, wantsSignedRequests: true,
  }
}

function fixed(metadata: IdpMetadata, ports: SourcePorts): IdpSource {
  warnOfExpiry(metadata, ports)
  return { current: () => unexpired(metadata, ports.clock), async refresh() {}, async [Symbol.asyncDispose]() {} }
}

type FromUrl = Extract<SamlSettings['idp'], { metadataUrl: string }>

async function refreshed({ metadataUrl, entityId, refreshSeconds }: FromUrl, signedBy: ReturnType<typeof pemKeys> | undefined, ports: SourcePorts): Promise<IdpSource> {
  const { clock, outbound, log } = ports
  let known: IdpMetadata | undefined
  const refresh = async () => {
    const { status, body } = await outbound.get(metadataUrl)
    if (status !== 200) throw new SamlFault('metadata', 'the metadata address answered with another status', { found: String(status), expected: '200' })
    known = readIdpMetadata(body.toString('utf8'), { now: clock.now(), entityId, signedBy })
    warnOfExpiry(known, ports)
  }
  const attempt = () => refresh().catch((error: unknown) => {
    log('saml.metadata-kept', { url: metadataUrl, kept: known !== undefined, problem: error instanceof SamlFault ? error.detail : error instanceof Error ? error.message : String(error) })
  })
  await attempt()
  const timer = setInterval(() => void attempt(), refreshSeconds * 1000)
  timer.unref()
  return {
    current() {
      if (!known) throw new SamlFault('metadata', 'the identity provider\'s metadata were never read')
      return unexpired(known, clock)
    },
    refresh,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
    },
  }
}

function unexpired(metadata: IdpMetadata, clock: Clock): IdpMetadata {
  if (metadata.validUntil && metadata.validUntil <= clock.now()) throw new SamlFault('metadata', 'the identity provider\'s metadata have expired', { found: metadata.validUntil.toISOString() })
  return metadata
}

/** A certificate's end stops nobody (SAML metadata interoperability, 2.5: keys count, not certificates); it tells that a change is near. */
function warnOfExpiry({ entityId, keys, validUntil }: IdpMetadata, { clock, log }: SourcePorts): void {
  const soon = clock.now().getTime() + warnDays * dayMs
  for (const { fingerprint, expiresAt } of keys) {
    if (expiresAt && expiresAt.getTime() < soon) log('saml.certificate-ends', { entityId, fingerprint: fingerprint.slice(0, 16), expiresAt: expiresAt.toISOString() })
  }
  if (validUntil && validUntil.getTime() < clock.now().getTime() + dayMs) log('saml.metadata-ends', { entityId, validUntil: validUntil.toISOString() })
}
