import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../kernel/clock.ts'
import { type Connector, redirects } from './connector.ts'
import { endingSoon, endText } from './saml/certificate-ends.ts'

/**
 * Registers `gatehouse_saml_certificate_expires_seconds`: seconds until each certificate of each
 * SAML connector expires; negative after that.
 */
export function gaugeCertificates(
  connectors: () => readonly Connector[],
  registry: Registry,
  clock: Clock,
): void {
  new Gauge({
    name: 'gatehouse_saml_certificate_expires_seconds',
    help: 'Seconds until a certificate of a SAML connector ends',
    labelNames: ['connector', 'whose', 'certificate'],
    // Of several processes on one node, the worst counts.
    aggregator: 'min',
    registers: [registry],
    collect() {
      // Drop certificates that are no longer in use.
      this.reset()
      for (const { id, upstream } of connectors().filter(redirects)) {
        for (const { whose, fingerprint, expiresAt } of upstream.certificates?.() ?? []) {
          this.set(
            { connector: id, whose, certificate: fingerprint.slice(0, 16) },
            Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000),
          )
        }
      }
    },
  })
}

/** Returns what readiness reports for a connector that works now and will stop working soon. */
export function certificateRemark(connector: Connector, now: Date): string | undefined {
  const known = redirects(connector) ? connector.upstream.certificates?.() : undefined
  const ending = endingSoon(known ?? [], now)
  return ending.length === 0 ? undefined : ending.map((one) => endText(one, now)).join('; ')
}
