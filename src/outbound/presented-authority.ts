import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { hostOf, pinned, type Route } from './route.ts'

/** OpenSSL's codes for a chain without a trusted root (Node: "X509 certificate error codes"). */
const unknownAuthority: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'DEPTH_ZERO_SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
/** Codes for a certificate that does not fit. */
const untrusted =
  /^(CERT_|ERR_TLS_CERT|CRL_|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH)/

export function isUntrusted(error: unknown): boolean {
  const code = error instanceof Error ? String((error as NodeJS.ErrnoException).code) : ''
  return unknownAuthority.has(code) || untrusted.test(code)
}

/** How many certificates of a chain are searched. */
const longestChain = 10

/**
 * The certificate (PEM) in the host's chain that one of `thumbprints` names; undefined when none
 * does. Does the handshake only and sends no request, because the host is not verified yet. Rejects
 * as the socket does.
 */
export async function presentedAuthority(
  { url, port, addresses }: Route,
  thumbprints: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted()
  const host = hostOf(url)
  const { promise, resolve, reject } = Promise.withResolvers<DetailedPeerCertificate>()
  // Accept any certificate here, because only the chain is read. The caller connects again with the
  // certificate that was found, and with every check on.
  const socket = connect({
    host,
    port,
    lookup: pinned(addresses),
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 && { servername: host }),
  })
  const stop = () => socket.destroy(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  socket.on('error', reject)
  socket.once('secureConnect', () => resolve(socket.getPeerCertificate(true)))
  try {
    const wanted = new Set(thumbprints.map((thumbprint) => thumbprint.toUpperCase()))
    let certificate: DetailedPeerCertificate | undefined = await promise
    for (let depth = 0; certificate && depth < longestChain; depth++) {
      if (wanted.has(certificate.fingerprint.replaceAll(':', ''))) return pem(certificate.raw)
      certificate =
        certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate
    }
    return undefined
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
