import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Identity } from '../../kernel/identity.ts'
import type { ConnectorPorts, SamlUpstream } from '../connector.ts'
import { type RelevantCertificate, watchCertificates } from './certificate-ends.ts'
import { samlIdentity } from './identity.ts'
import { logoutRequestXml, logoutResponseXml, readLogout } from './logout.ts'
import { ownMetadata } from './own-metadata.ts'
import { authnRequestXml, sendMessage } from './requests.ts'
import { type Proof, proveResponse } from './response.ts'
import { SamlFault } from './saml-fault.ts'
import type { SamlSettings } from './settings.ts'
import { type OwnKey, type OwnKeySource, signedXml } from './sign.ts'
import { fingerprintOf, type SigningKey } from './signature.ts'
import { type IdpSource, openIdpSource, type SourcePorts } from './transport.ts'

export interface SamlPorts extends ConnectorPorts, SourcePorts {
  readonly publicUrl: URL
  /** Keys of our own for a connector, where the settings name none. */
  readonly samlKeys: (connector: string) => Promise<OwnKeySource>
}

/** AWS's own name as a service provider, which identity providers have in their templates. */
export const awsAudience = 'urn:amazon:webservices'
/** AWS takes assertions for five minutes (IAM user guide, "SAML 2.0 federation"). */
export const awsFreshSeconds = 300

export const saml = {
  protocol: 'saml',
  async open(id: string, settings: SamlSettings, ports: SamlPorts): Promise<SamlUpstream> {
    const { clock, publicUrl } = ports
    const log: ConnectorPorts['log'] = (event, detail) => ports.log(event, { connector: id, ...detail })
    if (settings.allowWeakAlgorithms) log('saml.weak-algorithms', { warning: 'SHA-1, RSA 1.5 and triple DES are accepted' })
    const own = settings.keys === undefined ? await ports.samlKeys(id) : fixed(await Promise.all(settings.keys.map(readOwnKey)))
    const addresses = samlAddresses(publicUrl, id)
    const entityId = settings.entityId ?? addresses.entityId
    const source = await openIdpSource(settings.idp, { clock, outbound: ports.outbound, log })
    const signing = () => (settings.signRequests || source.current().wantsSignedRequests ? own.current()[0] : undefined)

    const certificates = (): readonly RelevantCertificate[] => [
      ...knownKeys(source).flatMap(({ fingerprint, expiresAt }) => (expiresAt ? [{ whose: 'idp', fingerprint, expiresAt } as const] : [])),
      ...own.current().map(ownCertificate),
    ]
    const watch = watchCertificates(certificates, { clock, log })

    const prove = (text: string, road: 'own' | 'aws'): Proof => {
      const { entityId: issuer, keys } = source.current()
      const trust = { keys, decryptionKeys: own.current().map(({ key }) => key), allowWeakAlgorithms: settings.allowWeakAlgorithms, requireEncryption: settings.requireEncryption }
      const shared = addresses.shared
      return proveResponse(text, trust, {
        now: clock.now(), skewSeconds: settings.clockSkewSeconds, issuer, contexts: settings.requestedContexts,
        ...(road === 'own' ? { audiences: [entityId], recipients: [addresses.acs] }
          : { audiences: [entityId, awsAudience, shared], recipients: [shared, addresses.acs], freshSeconds: awsFreshSeconds }),
      })
    }

    return {
      flow: 'saml',
      idpInitiated: settings.idpInitiated,
      forceAuthn: settings.forceAuthn,
      issuer: () => source.current().entityId,
      begin(requestId) {
        const { signOn } = source.current()
        const request = { id: requestId, issuedAt: clock.now(), entityId, acs: addresses.acs, forceAuthn: settings.forceAuthn, contexts: settings.requestedContexts }
        return sendMessage(signOn, 'SAMLRequest', (destination) => authnRequestXml(request, destination), undefined, signing())
      },
      prove,
      identity: (proof): Identity => samlIdentity(id, settings, proof, clock.now()),
      metadata(signed) {
        const keys = own.current()
        const xml = ownMetadata({ entityId, acs: addresses.acs, logout: addresses.logout }, keys, settings.signRequests)
        return signed && keys[0] ? signedXml(xml, keys[0]) : xml
      },
      signOut(requestId, { saml: subject }) {
        const { logout } = source.current()
        if (!subject || (logout.redirect ?? logout.post) === undefined) return undefined
        return sendMessage(logout, 'SAMLRequest', (to) => logoutRequestXml({ id: requestId, issuedAt: clock.now(), entityId }, to, subject), undefined, own.current()[0])
      },
      readLogout(sent) {
        const { entityId: issuer, keys } = source.current()
        return readLogout(sent, { now: clock.now(), skewSeconds: settings.clockSkewSeconds, issuer, destination: addresses.logout, keys, weak: settings.allowWeakAlgorithms })
      },
      loggedOut: (answerId, requestId, relayState) =>
        sendMessage(source.current().logout, 'SAMLResponse', (to) => logoutResponseXml({ id: answerId, issuedAt: clock.now(), entityId }, to, requestId), relayState, own.current()[0]),
      async probe() {
        // What is known counts: nobody is asked each time that readiness is.
        source.current()
      },
      certificates,
      async [Symbol.asyncDispose]() {
        watch[Symbol.dispose]()
        await source[Symbol.asyncDispose]()
      },
    }
  },
} as const

/** None while the identity provider is not known. */
function knownKeys(source: IdpSource): readonly SigningKey[] {
  try {
    return source.current().keys
  } catch (error) {
    if (error instanceof SamlFault) return []
    throw error
  }
}

function ownCertificate({ certificate }: OwnKey): RelevantCertificate {
  const x509 = new X509Certificate(Buffer.from(certificate, 'base64'))
  return { whose: 'own', fingerprint: fingerprintOf(x509), expiresAt: x509.validToDate }
}

/** Where we are reached, for a connector; `shared`: bare `/saml`, as AWS has one for everybody. */
export function samlAddresses(publicUrl: URL, id: string) {
  const { origin } = publicUrl
  return { entityId: `${origin}/saml/${id}`, acs: `${origin}/saml/${id}/acs`, logout: `${origin}/saml/${id}/slo`, shared: `${origin}/saml` }
}

const fixed = (keys: readonly OwnKey[]): OwnKeySource => ({ current: () => keys })

/** Throws when the two do not belong together. */
export async function readOwnKey({ keyFile, certificateFile }: NonNullable<SamlSettings['keys']>[number]): Promise<OwnKey> {
  const key = createPrivateKey(await readFile(keyFile))
  const certificate = new X509Certificate(await readFile(certificateFile))
  if (key.asymmetricKeyType !== 'rsa' || !certificate.checkPrivateKey(key)) throw new Error(`\`${keyFile}\` is not the RSA key of \`${certificateFile}\``)
  return { key, certificate: certificate.raw.toString('base64') }
}
