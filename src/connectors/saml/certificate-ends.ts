import type { Clock } from '../../kernel/clock.ts'

/** A certificate that a connector relies on. */
export interface RelevantCertificate {
  /** `idp`: it signs what we take; `own`: ours, which identity providers check and encrypt with. */
  readonly whose: 'idp' | 'own'
  /** SHA-256, 64 hexadecimal digits. */
  readonly fingerprint: string
  readonly expiresAt: Date
}

const dayMs = 86_400_000
const warnDays = 30

/** Those that end within thirty days, or have ended. A certificate's end stops nobody (SAML metadata interoperability, 2.5: keys count); it tells that a change is near. */
export function endingSoon(certificates: readonly RelevantCertificate[], now: Date): readonly RelevantCertificate[] {
  return certificates.filter(({ expiresAt }) => expiresAt.getTime() < now.getTime() + warnDays * dayMs)
}

/** One certificate in words: `the identity provider's certificate 0123456789abcdef ends 2026-12-01T00:00:00.000Z`. */
export function endText({ whose, fingerprint, expiresAt }: RelevantCertificate, now: Date): string {
  const verb = expiresAt <= now ? 'ended' : 'ends'
  return `${whose === 'idp' ? 'the identity provider\'s' : 'our own'} certificate ${fingerprint.slice(0, 16)} ${verb} ${expiresAt.toISOString()}`
}

interface WatchPorts {
  readonly clock: Clock
  readonly log: (event: string, detail: Readonly<Record<string, unknown>>) => void
}

/** Logs what ends soon, now and once a day. */
export function watchCertificates(certificates: () => readonly RelevantCertificate[], { clock, log }: WatchPorts): Disposable {
  const look = () => {
    for (const { whose, fingerprint, expiresAt } of endingSoon(certificates(), clock.now())) {
      log('saml.certificate-ends', { whose, fingerprint: fingerprint.slice(0, 16), expiresAt: expiresAt.toISOString() })
    }
  }
  look()
  const timer = setInterval(look, dayMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
