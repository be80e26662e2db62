import { connect, type DetailedPeerCertificate } from 'node:tls'
import { isIP } from 'node:net'
import { hostOf, pinned, type Route } from './route.ts'

/** OpenSSL's words for a chain that no trusted authority vouches for, or a certificate that does not fit (Node: "X509 certificate error codes"). */
const unknownAuthority = /^(?:UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/
const untrusted = /^(CERT_|ERR_TLS_CERT|CRL_|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH)/

export function isUntrusted(error: unknown): boolean {
  const code = error instanceof Error ? String((error as NodeJS.ErrnoException).code) : ''
  return unknownAuthority.test(code) || untrusted.test(code)
}

/** Longer chains are not looked through. */
const longestChain = 10

/**
 * The certificate (PEM) of the host's chain that one of `thumbprints` names; undefined when none does. Only the handshake is
 * done: nothing is sent to a host that nobody vouches for yet. Rejects as the socket does.
 */
export async function presentedAuthority(
  { url, port, addresses }: Route, thumbprints: readonly string[], signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted()
  const host = hostOf(url)
  const { promise, resolve, reject } = Promise.withResolvers<DetailedPeerCertificate>()
  // The chain is wanted, not trusted: the caller connects anew with what it finds, and every check is on there.
  const socket = connect({
    host, port, lookup: pinned(addresses), rejectUnauthorized: false, minVersion: 'TLSv1.2', ...(isIP(host) === 0 && { servername: host }),
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
      certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate
    }
    return undefined
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function pem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}
