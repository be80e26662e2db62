import { hash, type X509Certificate } from 'node:crypto'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Caller, Callers } from '../sessions/caller.ts'
import { findRole, parseRoleArn } from '../sessions/role-trust.ts'
import type { Ephemeral } from '../store/ephemeral.ts'
import type { RememberingStore } from '../store/remembering.ts'
import type { Service, ServiceProofs, Services } from './declared-service.ts'

/** What a service shows instead of a signature. */
export type ShownProof = { readonly assertion: string } | ShownCertificate
export interface ShownCertificate {
  readonly certificate: X509Certificate
  /** By the proxy that ends TLS. */
  readonly verified: boolean
}

/** The service that is proved, as the role that it runs as, and by what, for the audit event. */
export interface ProvedService {
  readonly caller: Caller
  readonly by: { readonly connector: string; readonly subject: string }
}

/** An assertion whose signature and claims were verified (RFC 7523); `refused`: the reason. */
export type ServiceAssertion =
  | {
      readonly ok: true
      readonly assertion: {
        readonly issuer: string
        readonly subject: string
        readonly id: string
        readonly expiresAt: Date
        readonly madeAt: Date
      }
    }
  | { readonly ok: false; readonly refused: string }

export interface ProveServicePorts {
  readonly services: Pick<Services, 'find'>
  /** Verifies an assertion by a service's own keys and issuers. */
  readonly proveAssertion: (
    text: string,
    service: Pick<Service, 'prefix'> & { readonly proofs: ServiceProofs },
  ) => Promise<ServiceAssertion>
  readonly ephemeral: Pick<Ephemeral, 'claim'>
  readonly callers: Pick<Callers, 'ofClaims'>
  readonly store: Pick<RememberingStore, 'reads'>
  readonly revision: () => string
}

/**
 * Proves a service by a certificate or an assertion that the settings have for this very service.
 * Throws AccessDenied; `refused` is told why, for the operator.
 */
export type ProveService = (
  shown: ShownProof,
  prefix: string,
  { now, refused }: { readonly now: Date; readonly refused: (why: string) => void },
) => Promise<ProvedService>

/** A node whose clock is late takes an assertion for so much longer. */
const skewMs = 60_000
/** For so long the role is looked up once, unless a record changes. */
const keptMs = 3_600_000

export function createProveService(ports: ProveServicePorts): ProveService {
  const callerOf = createCallerOf(ports)
  return async (shown, prefix, { now, refused }) => {
    const service = await ports.services.find(prefix)
    const { proofs } = service ?? {}
    const by =
      service && proofs
        ? await provenBy(ports, shown, { ...service, proofs, now })
        : 'no such service has proofs'
    if (typeof by === 'object') {
      const caller = await callerOf(prefix, proofs!.role, now)
      if (caller) return { caller, by }
    }
    refused(typeof by === 'string' ? by : `there is no role ${proofs!.role}`)
    // The same for a service that is not there, so that nobody learns which ones are.
    throw commonFault(
      'AccessDenied',
      `This certificate or assertion proves no service ${prefix.slice(0, 63)}.`,
    )
  }
}

type Proving = Service & { readonly proofs: ServiceProofs; readonly now: Date }

/** By what the service is proved, or why it is not. */
async function provenBy(
  { proveAssertion, ephemeral }: ProveServicePorts,
  shown: ShownProof,
  service: Proving,
): Promise<ProvedService['by'] | string> {
  if ('certificate' in shown) return byCertificate(shown, service)
  const proved = await proveAssertion(shown.assertion, service)
  if (!proved.ok) return proved.refused
  const { issuer, subject, id, expiresAt, madeAt } = proved.assertion
  // After every check, so that a refusal does not use it up.
  const used = hash('sha256', JSON.stringify([issuer, id]), 'base64url')
  const until = new Date(expiresAt.getTime() + skewMs)
  const first = await ephemeral.claim('replay', `service-assertion/${used}`, until, madeAt)
  return first ? { connector: issuer, subject } : 'the assertion was used before'
}

interface CertificateFacts {
  readonly from: Date
  readonly to: Date
  /** For the audit event. */
  readonly subject: string
}
/** Each of them is worked out at every look; a certificate that was parsed once comes again. */
const facts = new WeakMap<X509Certificate, CertificateFacts>()

function factsOf(certificate: X509Certificate): CertificateFacts {
  const found = facts.get(certificate)
  if (found) return found
  const { validFromDate: from, validToDate: to, fingerprint256 } = certificate
  const subject = `certificate ${fingerprint256.replaceAll(':', '').toLowerCase()}`
  const made = { from, to, subject }
  facts.set(certificate, made)
  return made
}

function byCertificate(
  { certificate, verified }: ShownCertificate,
  { proofs, now }: Proving,
): ProvedService['by'] | string {
  const { from, to, subject } = factsOf(certificate)
  if (now < from || now >= to) return 'the certificate is out of its time'
  if (proofs.pinned.some(({ raw }) => raw.equals(certificate.raw)))
    return { connector: 'certificate', subject }
  if (!verified) return 'the proxy has not verified the certificate'
  const name = proofs.dns.find(
    (dns) => certificate.checkHost(dns, { subject: 'never', wildcards: false }) === dns,
  )
  if (name === undefined) return 'the certificate is none of the service'
  return { connector: 'certificate', subject }
}

/**
 * Makes a session of the role that has no credentials: it lives in this process, for calls that
 * were proved otherwise. The role's policies decide about it as about any session of the role.
 */
function createCallerOf({ callers, store, revision }: ProveServicePorts) {
  type Claims = Parameters<Callers['ofClaims']>[0]
  const kept = new Map<string, { readonly revision: string; readonly claims: Claims }>()

  async function claimsOf(prefix: string, arn: string, now: Date): Promise<Claims | undefined> {
    const named = parseRoleArn(arn)
    const role = named && (await findRole(store.reads, named))
    if (!named || !role) return undefined
    return {
      kind: 'role',
      partition: named.partition,
      account: named.account,
      accessKeyId: '',
      secretAccessKey: '',
      issuedAt: now,
      expiresAt: new Date(now.getTime() + keptMs),
      name: prefix,
      role: { name: role.name, path: role.path, id: role.id },
      layers: [],
      tags: [],
      transitiveTagKeys: [],
      chained: false,
    }
  }

  return async (prefix: string, arn: string, now: Date): Promise<Caller | undefined> => {
    // Read before the records: whatever changes meanwhile, a revocation too, makes another session.
    const current = revision()
    const known = kept.get(prefix)
    const fresh = known?.revision === current && known.claims.expiresAt > now
    const claims = fresh ? known.claims : await claimsOf(prefix, arn, now)
    if (!claims) return undefined
    if (!fresh) kept.set(prefix, { revision: current, claims })
    return callers.ofClaims(claims, 'temporary')
  }
}
