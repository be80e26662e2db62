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

/** The connector's only I/O. Throws for a file that cannot be read or used; an address that does not answer may come back. */
export async function openIdpSource(idp: SamlSettings['idp'], ports: SourcePorts): Promise<IdpSource> {
  const known = await readKnownIdp(idp, ports.clock.now())
  if (known || !('metadataUrl' in idp)) return fixed(known!, ports)
  const signedBy = idp.signedByFile === undefined ? undefined : pemKeys(await readFile(idp.signedByFile, 'utf8'))
  return refreshed(idp, signedBy, ports)
}

/** The identity provider by its fields or its file; undefined where only its address is known. Throws. */
export async function readKnownIdp(idp: SamlSettings['idp'], now: Date): Promise<IdpMetadata | undefined> {
  if ('certificates' in idp) return fromFields(idp)
  return 'metadataFile' in idp ? readIdpMetadata(await readFile(idp.metadataFile, 'utf8'), { now, entityId: idp.entityId }) : undefined
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

function warnOfExpiry({ entityId, validUntil }: IdpMetadata, { clock, log }: SourcePorts): void {
  if (validUntil && validUntil.getTime() < clock.now().getTime() + dayMs) log('saml.metadata-ends', { entityId, validUntil: validUntil.toISOString() })
}
