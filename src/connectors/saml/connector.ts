import type { Identity } from '../../kernel/identity.ts'
import type { ConnectorPorts, ConnectorType } from '../connector.ts'
import type { RelevantCertificate, Send } from '../redirect-upstream.ts'
import {
  acceptedByConnector,
  type SamlAddresses,
  type SamlRoad,
  samlAddresses,
} from './addresses.ts'
import { watchCertificates } from './certificate-ends.ts'
import { decodePosted } from './decode-message.ts'
import { describeResponse } from './describe.ts'
import { samlIdentity } from './identity.ts'
import {
  type LogoutExpectations,
  logoutRequestXml,
  logoutResponseXml,
  readLogout,
} from './logout.ts'
import { ownCertificate, ownKeysOf } from './own-keys.ts'
import { ownMetadata } from './own-metadata.ts'
import { refusing } from './refusals.ts'
import { authnRequestXml, sendMessage } from './requests.ts'
import type { ProvedAssertion } from './response.ts'
import { SamlFault } from './saml-fault.ts'
import { proveWithBoth, type SecondReading } from './second-reader.ts'
import type { SamlSettings } from './settings.ts'
import type { OwnKeySource } from './sign.ts'
import type { SigningKey } from './signature.ts'
import { metadataSigner } from './signed-metadata.ts'
import { type IdpSource, openIdpSource, type SourcePorts } from './transport.ts'
import type { SamlUpstream } from './upstream.ts'

export interface SamlPorts extends ConnectorPorts, SourcePorts, Pick<SecondReading, 'wasUsed'> {
  readonly publicUrl: URL
  /** Our own keys for a connector whose settings name none. */
  readonly samlKeys: (connector: string) => Promise<OwnKeySource>
}

export const saml: ConnectorType<SamlSettings, SamlUpstream, SamlPorts> = {
  protocol: 'saml',
  async open(id, settings, ports) {
    const { clock, publicUrl, outbound, wasUsed } = ports
    const log: ConnectorPorts['log'] = (event, detail) =>
      ports.log(event, { connector: id, ...detail })
    if (settings.allowWeakAlgorithms)
      log('saml.weak-algorithms', { warning: 'SHA-1, RSA 1.5 and triple DES are accepted' })
    const own = settings.keys ? await ownKeysOf(settings.keys) : await ports.samlKeys(id)
    const addresses = samlAddresses(publicUrl, id)
    const entityId = settings.entityId ?? addresses.entityId
    const idp = await openIdpSource(settings.idp, { clock, outbound, log })
    const party: Party = { id, settings, addresses, entityId, idp, own, clock, wasUsed }
    const watch = watchCertificates(() => certificatesOf(party), { clock, log })
    return upstreamOf(party, async () => {
      watch[Symbol.dispose]()
      await idp[Symbol.asyncDispose]()
    })
  },
}

/** An open connector, with our side and the identity provider. */
interface Party extends Pick<SamlPorts, 'clock' | 'wasUsed'> {
  readonly id: string
  readonly settings: SamlSettings
  readonly addresses: SamlAddresses
  /** Our entity id. */
  readonly entityId: string
  readonly idp: IdpSource
  readonly own: OwnKeySource
}

function upstreamOf(party: Party, close: () => Promise<void>): SamlUpstream {
  const { id, settings, idp, clock } = party
  const sign = metadataSigner()
  const upstream: SamlUpstream = {
    flow: 'redirect',
    acceptsUnsolicited: settings.idpInitiated,
    forcesReauthentication: settings.forceAuthn,
    begin: (attemptId) => refusing(() => ({ send: authnRequest(party, attemptId) })),
    prove: ({ parameters }, { recall }) =>
      refusing(async () => {
        const text = decodePosted(parameters.get('SAMLResponse') ?? '')
        const proved = await upstream.proveAssertion(text, 'own')
        return upstream.vouch(proved, recall, parameters.get('RelayState'))
      }),
    describe({ parameters }) {
      try {
        return describeResponse(decodePosted(parameters.get('SAMLResponse') ?? ''), clock.now())
      } catch {
        return {}
      }
    },
    signOut(requestId, identity) {
      try {
        return logoutRequest(party, requestId, identity.saml)
      } catch (error) {
        if (error instanceof SamlFault) return undefined
        throw error
      }
    },
    certificates: () => certificatesOf(party),
    async probe() {
      // Check the known metadata only: a readiness check must not send a request each time.
      idp.current()
    },
    [Symbol.asyncDispose]: close,

    issuer: () => idp.current().entityId,
    fingerprints: () => knownKeys(idp).map(({ fingerprint }) => fingerprint),
    proveAssertion: (text, road) => proveAssertion(party, text, road),
    identity: (proved) => samlIdentity(id, settings, proved, clock.now()),
    vouch: (proved, recall, relayState) =>
      refusing(async () => {
        if (proved.inResponseTo !== undefined) await recall(proved.inResponseTo)
        const { authenticatedAt, issuedAt, id: assertionId } = proved.assertion
        const { replayKey, replayableUntil, madeAt } = proved
        return {
          identity: upstream.identity(proved),
          authenticatedAt,
          issuedAt,
          id: assertionId,
          replayKey,
          replayableUntil,
          madeAt,
          destination: relayState,
        }
      }),
    metadata: (signed) => metadata(party, signed && sign),
    readLogout: (sent) => readLogout(sent, logoutExpectations(party)),
    loggedOut: (answerId, requestId, relayState) =>
      logoutResponse(party, { answerId, requestId, relayState }),
  }
  return upstream
}

async function proveAssertion(
  { settings, addresses, entityId, idp, own, clock, wasUsed }: Party,
  text: string,
  road: SamlRoad,
): Promise<ProvedAssertion> {
  const { entityId: issuer, keys } = idp.current()
  const trust = {
    keys,
    decryptionKeys: own.current().map(({ key }) => key),
    allowWeakAlgorithms: settings.allowWeakAlgorithms,
    requireEncryption: settings.requireEncryption,
    secondReader: settings.secondReader,
    wasUsed,
  }
  return proveWithBoth(text, trust, {
    now: clock.now(),
    skewSeconds: settings.clockSkewSeconds,
    issuer,
    contexts: settings.requestedContexts,
    nameIdOptional: road === 'own' && settings.subjectAttribute !== undefined,
    ...acceptedByConnector(addresses, entityId, road),
  })
}

function authnRequest({ settings, addresses, entityId, idp, own, clock }: Party, id: string): Send {
  const { signOn, wantsSignedRequests } = idp.current()
  const { forceAuthn, requestedContexts: contexts, signRequests } = settings
  const request = { id, issuedAt: clock.now(), entityId, acs: addresses.acs, forceAuthn, contexts }
  return sendMessage(signOn, {
    parameter: 'SAMLRequest',
    make: (destination) => authnRequestXml(request, destination),
    own: signRequests || wantsSignedRequests ? own.current()[0] : undefined,
  })
}

function logoutRequest(
  { entityId, idp, own, clock }: Party,
  id: string,
  subject: Identity['saml'],
): Send | undefined {
  const { logout } = idp.current()
  const { nameId, format } = subject ?? {}
  if (nameId === undefined || format === undefined) return undefined
  if ((logout.redirect ?? logout.post) === undefined) return undefined
  const whom = { ...subject, nameId, format }
  return sendMessage(logout, {
    parameter: 'SAMLRequest',
    make: (to) => logoutRequestXml({ id, issuedAt: clock.now(), entityId }, to, whom),
    own: own.current()[0],
  })
}

interface LogoutAnswer {
  readonly answerId: string
  readonly requestId: string
  readonly relayState: string | undefined
}

function logoutResponse(
  { entityId, idp, own, clock }: Party,
  { answerId: id, requestId, relayState }: LogoutAnswer,
): Send {
  return sendMessage(idp.current().logout, {
    parameter: 'SAMLResponse',
    make: (to) => logoutResponseXml({ id, issuedAt: clock.now(), entityId }, to, requestId),
    relayState,
    own: own.current()[0],
  })
}

function logoutExpectations({ settings, addresses, idp, own, clock }: Party): LogoutExpectations {
  const { entityId: issuer, keys } = idp.current()
  return {
    now: clock.now(),
    skewSeconds: settings.clockSkewSeconds,
    issuer,
    destination: addresses.logout,
    keys,
    decryptionKeys: own.current().map(({ key }) => key),
    weak: settings.allowWeakAlgorithms,
  }
}

function metadata(
  { settings, addresses, entityId, own, clock }: Party,
  sign: false | ReturnType<typeof metadataSigner>,
): string {
  const keys = own.current()
  const { acs, logout } = addresses
  const { metadataValidSeconds: seconds } = settings
  // Round to the whole minute, so that one signature serves for a minute.
  const minute = Math.floor(clock.now().getTime() / 60_000) * 60_000
  const validUntil = seconds === undefined ? undefined : new Date(minute + seconds * 1000)
  const xml = ownMetadata({ entityId, acs, logout, validUntil }, keys, settings)
  return sign && keys[0] ? sign(xml, keys[0]) : xml
}

function certificatesOf({ idp, own }: Party): readonly RelevantCertificate[] {
  const theirs = knownKeys(idp).flatMap(({ fingerprint, expiresAt }) =>
    expiresAt ? [{ whose: 'idp', fingerprint, expiresAt } as const] : [],
  )
  return [...theirs, ...own.current().map(ownCertificate)]
}

/** Return no keys while the metadata of the identity provider are not known. */
function knownKeys(idp: IdpSource): readonly SigningKey[] {
  try {
    return idp.current().keys
  } catch (error) {
    if (error instanceof SamlFault) return []
    throw error
  }
}
