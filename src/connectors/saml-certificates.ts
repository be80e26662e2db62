import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../kernel/clock.ts'
import { type Connected, takesAssertions } from './connected.ts'
import { endingSoon, endText } from './saml/certificate-ends.ts'

/** `gatehouse_saml_certificate_expires_seconds`: how long each certificate of each SAML connector still lasts; negative once it has ended. */
export function gaugeCertificates(connectors: () => readonly Connected[], registry: Registry, clock: Clock): void {
  new Gauge({
    name: 'gatehouse_saml_certificate_expires_seconds', help: 'Seconds until a certificate of a SAML connector ends', labelNames: ['connector', 'whose', 'certificate'], registers: [registry],
    collect() {
      // Certificates come and go.
      this.reset()
      for (const { id, upstream } of connectors().filter(takesAssertions)) {
        for (const { whose, fingerprint, expiresAt } of upstream.certificates()) {
          this.set({ connector: id, whose, certificate: fingerprint.slice(0, 16) }, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000))
        }
      }
    },
  })
}

/** What readiness says of a connector that works, though not for much longer. */
export function certificateRemark(connected: Connected, now: Date): string | undefined {
  const ending = takesAssertions(connected) ? endingSoon(connected.upstream.certificates(), now) : []
  return ending.length === 0 ? undefined : ending.map((one) => endText(one, now)).join('; ')
}
