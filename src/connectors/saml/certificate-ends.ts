import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { RelevantCertificate } from '../redirect-upstream.ts'

const dayMs = 86_400_000
const warnDays = 30

/**
 * Return the certificates that end within thirty days or have ended. A certificate that has ended
 * is still accepted, since only its key counts (SAML metadata interoperability, 2.5); its end
 * announces a change of keys.
 */
export function endingSoon(
  certificates: readonly RelevantCertificate[],
  now: Date,
): readonly RelevantCertificate[] {
  return certificates.filter(
    ({ expiresAt }) => expiresAt.getTime() < now.getTime() + warnDays * dayMs,
  )
}

/**
 * Describe one certificate: `the identity provider's certificate 0123456789abcdef ends
 * 2026-12-01T00:00:00.000Z`.
 */
export function endText({ whose, fingerprint, expiresAt }: RelevantCertificate, now: Date): string {
  const owner = whose === 'idp' ? "the identity provider's" : 'our own'
  const verb = expiresAt <= now ? 'ended' : 'ends'
  return `${owner} certificate ${fingerprint.slice(0, 16)} ${verb} ${expiresAt.toISOString()}`
}

interface WatchPorts {
  readonly clock: Clock
  readonly log: Log
}

/** Log certificates that end soon, now and once a day. */
export function watchCertificates(
  certificates: () => readonly RelevantCertificate[],
  { clock, log }: WatchPorts,
): Disposable {
  const look = () => {
    for (const { whose, fingerprint, expiresAt } of endingSoon(certificates(), clock.now())) {
      log('saml.certificate-ends', {
        whose,
        fingerprint: fingerprint.slice(0, 16),
        expiresAt: expiresAt.toISOString(),
      })
    }
  }
  look()
  const timer = setInterval(look, dayMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
