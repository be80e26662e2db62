import type { Chain } from '../../audit/event.ts'
import { hasRoleAttribute } from '../../connectors/saml/aws-attributes.ts'
import { nameQualifier, subjectType } from '../../connectors/saml/condition-keys.ts'
import { decodePosted } from '../../connectors/saml/decode-message.ts'
import { describeResponse } from '../../connectors/saml/describe.ts'
import type { Proof } from '../../connectors/saml/response.ts'
import { SamlFault } from '../../connectors/saml/saml-fault.ts'
import { parseArn } from '../../kernel/arn.ts'
import { AwsFault, commonFault } from '../../kernel/aws-fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Grant, MappingResult } from '../../mapping/grant.ts'
import type { AssumedIdentity, Federation } from '../../sessions/federate.ts'
import type { RequestOrigin } from '../../sessions/request-facts.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import { identityChain } from '../sign-in-event.ts'
import { SignInRefusal } from '../sign-in-refusal.ts'
import type { SamlProvider } from './providers.ts'
import { samlRefusal } from './refusals.ts'
import type { Replay } from './replay.ts'
import { roleGrants, roleIdentity } from './role-grants.ts'

export interface SamlAssumeInput {
  readonly roleArn: string
  readonly principalArn: string
  readonly assertion: string
  readonly policy?: string
  readonly policyArns?: readonly string[]
  readonly durationSeconds?: number
  readonly from: RequestOrigin
}
export interface SamlAssumed extends AssumedIdentity {
  readonly subject: string
  readonly subjectType: string
  readonly issuer: string
  readonly audience: string
  readonly nameQualifier: string
  readonly chain: Chain
}

export interface SamlAssumePorts {
  readonly findProvider: (arn: string) => Promise<SamlProvider | undefined>
  readonly mappings: () => { evaluate(identity: Identity): MappingResult }
  readonly federation: Federation
  readonly revocations: Pick<Revocations, 'endsProof'>
  readonly replay: Replay
  readonly clock: Clock
  readonly ids: Pick<Ids, 'reference'>
}

const defaultDurationSeconds = 3600

/**
 * AssumeRoleWithSAML behind the wire: the checks of the browser's road, the `Role` attribute or the mapping, and the role's trust. Throws
 * AwsFault; where a check failed its cause is a SignInRefusal with the chain.
 */
export function buildSamlAssume(ports: SamlAssumePorts): (input: SamlAssumeInput) => Promise<SamlAssumed> {
  const { findProvider, federation, revocations, replay, clock } = ports
  return async (input) => {
    const { roleArn, principalArn, durationSeconds: asked = defaultDurationSeconds, policy, policyArns, from } = input
    for (const arn of [roleArn, principalArn]) if (parseArn(arn)?.service !== 'iam') throw commonFault('ValidationError', `${arn} is invalid`)
    const chain: Chain = {}
    const denied = () => commonFault('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithSAML')
    try {
      const provider = await findProvider(principalArn)
      if (!provider) throw new AwsFault('InvalidIdentityToken', 400, 'Specified provider doesn\'t exist')
      const text = decodePosted(input.assertion)
      Object.assign(chain, { connector: provider.name, evidence: describeResponse(text, clock.now()) })
      const proof = provider.prove(text)
      if (proof.inResponseTo !== undefined) throw new SamlFault('in-response-to', 'the assertion answers a request of a browser', { found: proof.inResponseTo, expected: 'nothing' })
      const { identity, grant, longestSeconds } = choose(ports, provider, proof, roleArn)
      Object.assign(chain, identityChain(identity), grant && { rule: grant.rule, role: grant.roleArn, session: grant.sessionName })
      const [permitted] = grant && parseArn(roleArn)?.account === provider.account ? await federation.permitted(identity, [grant], from) : []
      if (!grant || !permitted) throw denied()
      if (asked > permitted.maxDurationSeconds) throw commonFault('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
      if (await revocations.endsProof(provider.account, identity, proof.assertion.issuedAt)) throw new SamlFault('revoked', 'assertions of that moment were revoked', { found: proof.assertion.issuedAt.toISOString() })
      // Last, so that a refusal for another reason does not use the assertion up.
      await replay.claim(proof)
      const assumed = await federation.assumeWithIdentity({
        identity, grant, from, durationSeconds: Math.min(asked, longestSeconds ?? asked), ...(policy !== undefined && { policy }), ...(policyArns && { policyArns }),
      })
      const { issuer, subject } = proof.assertion
      return {
        ...assumed, issuer, subject: subject.nameId, subjectType: subjectType(subject.format), audience: proof.recipient,
        nameQualifier: nameQualifier(issuer, provider.account, provider.name), chain: { ...chain, decision: assumed.decision },
      }
    } catch (error) {
      if (!(error instanceof SamlFault)) throw error instanceof AwsFault && Object.keys(chain).length > 0 ? noted(ports, error, chain) : error
      throw refusalOnWire(ports, error, chain)
    }
  }
}

function choose({ mappings, clock }: SamlAssumePorts, provider: SamlProvider, proof: Proof, roleArn: string): { identity: Identity; grant: Grant | undefined; longestSeconds?: number } {
  if (!hasRoleAttribute(proof.assertion.attributes) && provider.connector) {
    const identity = provider.connector.upstream.identity(proof)
    return { identity, grant: mappings().evaluate(identity).grants.find((one) => one.roleArn === roleArn) }
  }
  const identity = roleIdentity(proof, provider.connector?.id ?? provider.name, clock.now())
  const { aws, grants } = roleGrants(identity, [provider.arn])
  const { sessionDurationSeconds } = aws
  return { identity, grant: grants.find((one) => one.roleArn === roleArn), ...(sessionDurationSeconds !== undefined && { longestSeconds: sessionDurationSeconds }) }
}

/** STS API reference, AssumeRoleWithSAML, "Errors". */
const wireCodes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  'provider-refused': ['IDPRejectedClaim', 403],
  'assertion-expired': ['ExpiredTokenException', 400],
}

function refusalOnWire({ ids }: SamlAssumePorts, fault: SamlFault, chain: Chain): AwsFault {
  const reference = ids.reference()
  const refusal = samlRefusal(fault)
  const [code, status] = wireCodes[refusal.code] ?? ['InvalidIdentityToken', 400]
  const told = new SignInRefusal(refusal, reference, { ...chain, reference, detail: refusal.detail })
  return new AwsFault(code, status, `${fault.message[0]!.toUpperCase()}${fault.message.slice(1)}. Reference ${reference}`, { cause: told })
}

/** A denial keeps its words and brings the chain along for the one audit event, which is the dispatcher's. */
function noted({ ids }: SamlAssumePorts, { code, status, message }: AwsFault, chain: Chain): AwsFault {
  const told = Object.assign(new Error(message), { chain, reference: ids.reference() })
  return new AwsFault(code, status, message, { cause: told })
}
