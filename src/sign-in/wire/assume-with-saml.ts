import { voucherChain } from '../../audit/voucher-chain.ts'
import { namedSubject } from '../../connectors/saml/assertion.ts'
import { hasRoleAttribute } from '../../connectors/saml/aws-attributes.ts'
import { nameQualifier, subjectType } from '../../connectors/saml/condition-keys.ts'
import { decodePosted } from '../../connectors/saml/decode-message.ts'
import { describeResponse } from '../../connectors/saml/describe.ts'
import { samlRefusal } from '../../connectors/saml/refusals.ts'
import type { ProvedAssertion } from '../../connectors/saml/response.ts'
import { SamlFault, usedBefore } from '../../connectors/saml/saml-fault.ts'
import { parseArn } from '../../kernel/arn.ts'
import { AwsFault, commonFault } from '../../kernel/aws-fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Identity } from '../../kernel/identity.ts'
import type { Ids } from '../../kernel/ids.ts'
import { SignInFault } from '../../kernel/sign-in-fault.ts'
import type { Grant, MappingResult } from '../../mapping/grant.ts'
import type { AssumeWithSaml, Note } from '../../sessions/assumption.ts'
import type { Federation } from '../../sessions/federate.ts'
import { givenBy } from '../../sessions/issue-upstream.ts'
import type { Revocations } from '../../sessions/revocations.ts'
import type { SamlProvider, SamlProviders } from '../../sessions/saml-providers.ts'
import { defaultSessionSeconds, refuseDuration } from '../../sessions/session-duration.ts'
import { isOwnMessage } from '../redirect/attempts.ts'
import { refuseLongNames } from '../refuse-long-names.ts'
import type { Replay } from '../replay.ts'
import { roleGrants, roleIdentity } from '../saml/role-grants.ts'
import { grantChain, identityChain } from '../sign-in-event.ts'
import type { Tries } from '../tries.ts'
import { refusalOnWire } from './refusal-on-wire.ts'

type Request = Parameters<AssumeWithSaml>[0]

export interface Ports {
  readonly providers: Pick<SamlProviders, 'find'>
  readonly mappings: () => { evaluate(identity: Identity): MappingResult }
  readonly federation: Federation
  readonly revocations: Pick<Revocations, 'endsProof'>
  readonly replay: Replay
  readonly tries: Pick<Tries, 'beginFrom' | 'rightFrom'>
  readonly clock: Clock
  readonly ids: Pick<Ids, 'reference'>
}

/**
 * AssumeRoleWithSAML: applies the checks of a browser's assertion, the `Role` attribute or the
 * mapping, and the role's trust policy.
 */
export function createAssume(ports: Ports): AssumeWithSaml {
  return async (request, note) => {
    for (const arn of [request.roleArn, request.principalArn])
      if (parseArn(arn)?.service !== 'iam')
        throw commonFault('ValidationError', `${arn} is invalid`)
    try {
      return await assume(ports, request, note)
    } catch (error) {
      if (error instanceof SignInFault) {
        const { title, next } = error.row
        throw refusalOnWire(error, `${title}. ${next}`, ports.ids, note)
      }
      if (!(error instanceof SamlFault)) throw error
      const said = `${error.message[0]!.toUpperCase()}${error.message.slice(1)}.`
      throw refusalOnWire(samlRefusal(error), said, ports.ids, note)
    }
  }
}

async function assume(ports: Ports, request: Request, note: Note): ReturnType<AssumeWithSaml> {
  const provider = await ports.providers.find(request.principalArn)
  if (!provider) throw new AwsFault('InvalidIdentityToken', "Specified provider doesn't exist")
  // An assertion that proves somebody is read and verified at every try: a refused one counts too.
  await ports.tries.beginFrom(request.from.sourceAddress)
  const proof = await prove(ports, provider, request.assertion, note)
  const { identity, grant, longestSeconds } = choose(ports, provider, proof, request.roleArn)
  refuseLongNames(identity)
  note({ ...identityChain(identity), ...(grant && grantChain(grant)) })
  const permitted =
    grant && (await findPermitted(ports, provider, { identity, grant, from: request.from }))
  if (!permitted)
    throw commonFault('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithSAML')
  const { durationSeconds = defaultSessionSeconds } = request
  refuseDuration(durationSeconds, { longestSeconds: permitted.maxDurationSeconds })
  const { issuedAt, issuer } = proof.assertion
  if (await ports.revocations.endsProof({ identity, issuedAt }, [provider.account]))
    throw new SamlFault('revoked', 'assertions of that moment were revoked', {
      found: issuedAt.toISOString(),
    })
  // Checked last, so that a refusal for another reason does not use up the assertion.
  if (!(await ports.replay.claim(proof, proof.madeAt))) throw usedBefore(proof)
  await ports.tries.rightFrom(request.from.sourceAddress)
  const assumed = await ports.federation.assumeWithIdentity({
    identity,
    grant: permitted.grant,
    from: request.from,
    durationSeconds: Math.min(durationSeconds, longestSeconds ?? durationSeconds),
    layer: request.layer,
  })
  note({ decision: assumed.decision, ...givenBy(assumed) })
  const subject = namedSubject(proof.assertion)
  return {
    ...assumed,
    issuer,
    subject: subject.nameId,
    subjectType: subjectType(subject.format),
    audience: proof.recipient,
    nameQualifier: nameQualifier(issuer, provider.account, provider.name),
  }
}

/** Checks the assertion. Notes what it claims before anything in it is verified. */
async function prove(
  { clock }: Ports,
  provider: SamlProvider,
  assertion: string,
  note: Note,
): Promise<ProvedAssertion> {
  const text = decodePosted(assertion)
  const asked = voucherChain({ connector: provider.name, account: ownerOf(provider) })
  note({ ...asked, evidence: describeResponse(text, clock.now()) })
  const proof = await provider.prove(text, 'wire')
  // Accept answers to requests of other programs: tools that begin at the identity provider send
  // them.
  if (isOwnMessage(proof.inResponseTo))
    throw new SamlFault('in-response-to', 'the assertion answers a request of a browser', {
      found: proof.inResponseTo,
      expected: 'no request of ours',
    })
  return proof
}

/**
 * Returns the person in the assertion, and the grant of the role: from its `Role` attribute, else
 * from the mapping.
 */
function choose(
  { mappings, clock }: Ports,
  provider: SamlProvider,
  proof: ProvedAssertion,
  roleArn: string,
): {
  readonly identity: Identity
  readonly grant: Grant | undefined
  /** `SessionDuration` of the assertion, in seconds. */
  readonly longestSeconds?: number | undefined
} {
  const { connector } = provider
  if (!hasRoleAttribute(proof.assertion.attributes) && connector) {
    const identity = connector.upstream.identity(proof)
    const { grants } = mappings().evaluate(identity)
    return { identity, grant: grants.find((one) => one.roleArn === roleArn) }
  }
  const person = roleIdentity(proof, provider.name, clock.now())
  const identity = { ...person, account: ownerOf(provider) }
  const { aws, grants } = roleGrants(identity, [provider.arn])
  return {
    identity,
    grant: grants.find((one) => one.roleArn === roleArn),
    longestSeconds: aws.sessionDurationSeconds,
  }
}

/** The account of a provider that is its own; undefined for a connector's. */
function ownerOf({ connector, account }: SamlProvider): string | undefined {
  return connector ? undefined : account
}

/**
 * Finds the grant if its role's trust policy allows it. A provider is valid in its own account
 * only.
 */
async function findPermitted(
  { federation }: Ports,
  { account }: SamlProvider,
  { identity, grant, from }: Pick<Request, 'from'> & { identity: Identity; grant: Grant },
) {
  if (parseArn(grant.roleArn)?.account !== account) return undefined
  const [permitted] = await federation.permitted(identity, [grant], from)
  return permitted
}
