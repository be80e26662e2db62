import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { KeyRing } from '../credentials/key-ring.ts'
import { decide, type Layers } from '../policy/index.ts'
import type { Decision, Question } from '../policy/question.ts'

/** What a denied call was asked and why it was denied, sealed for who may decode it (STS API reference, "DecodeAuthorizationMessage"). */
export interface AuthorizationMessages {
  /** Text that says nothing to who cannot decode it; at most 10,240 characters, or undefined when it would be more. */
  encode(question: Question, decision: Decision, layers: Layers): string | undefined
  /** The document, and the account whose message it is; undefined: not ours, altered, or cut. */
  decode(encoded: string): { readonly account: string; readonly document: string } | undefined
}

const purpose = 'authorization-message'
const mostCharacters = 10_240
const mostInflated = 64 * 1024
/** Values of a key that are told; groups may be many. */
const mostValues = 20

export function authorizationMessages(ring: Pick<KeyRing, 'seal' | 'open'>): AuthorizationMessages {
  return {
    encode(question, decision, layers) {
      const told = question.action.startsWith('sts:AssumeRole') ? withoutRole(question, layers) : ownPart(question, decision)
      const packed = deflateRawSync(JSON.stringify({ account: question.principal.account ?? '', document: documentOf(...told) }))
      const encoded = ring.seal(purpose, packed)
      return encoded.length <= mostCharacters ? encoded : undefined
    },
    decode(encoded) {
      const packed = ring.open(purpose, encoded)
      if (!packed) return undefined
      // INVARIANT: what opens under the ring was written by `encode`.
      const { account, document } = JSON.parse(inflateRawSync(packed, { maxOutputLength: mostInflated }).toString()) as { account: string; document: object }
      return { account, document: JSON.stringify(document) }
    },
  }
}

type Told = readonly [Question, Pick<Decision, 'effect' | 'because' | 'blockedBy' | 'missingContext'>]

/**
 * Taking a role is told as if the role did not exist: what the caller's own policies say, without the role's tags. The size of a
 * sealed text tells of what is in it, also to who may not decode it; so nothing is in it that only an existing role could bring,
 * not even by a policy of the caller's that looks at its tags. The audit event has the decision that was made.
 */
function withoutRole(question: Question, layers: Layers): Told {
  const asked = { ...question, context: untagged(question.context) }
  return [asked, decide(asked, layers.trust ? { ...layers, trust: [] } : layers)]
}

function untagged(context: Question['context']): Question['context'] {
  return new Map([...context].filter(([key]) => !/^(aws|iam):resourcetag\//.test(key)))
}

/** Of another account's resource neither its tags nor its own policies are told: who may not take a role learns nothing of it. */
function ownPart(question: Question, decision: Decision): Told {
  const { effect, because, blockedBy, missingContext } = decision
  if (question.resourceAccount === undefined || question.resourceAccount === question.principal.account) return [question, { effect, because, ...(blockedBy && { blockedBy }), missingContext }]
  return [{ ...question, context: untagged(question.context) }, { effect: 'implicit-deny', because: because.filter(({ layer }) => layer !== 'trust' && layer !== 'resource'), missingContext: [] }]
}

/** In the service's own form; `matchedStatements` are those that settled it. */
function documentOf({ principal, action, resource, context }: Question, { effect, because, blockedBy, missingContext }: Told[1]): object {
  const items = (values: readonly unknown[]) => ({ items: values })
  return {
    allowed: false,
    explicitDeny: effect === 'explicit-deny',
    matchedStatements: items(because.map(({ layer, policy, statement, sid }) => ({ sourcePolicyType: layer, sourcePolicyId: policy, statementId: sid ?? `#${statement}` }))),
    failures: items(blockedBy ? [{ layer: blockedBy, reason: 'nothing in it allows the action on this resource' }] : []),
    missingContextKeys: items(missingContext),
    context: {
      principal: { arn: principal.arn },
      action,
      resource,
      conditions: items([...context].map(([key, values]) => ({ key, values: items(values.slice(0, mostValues).map((value) => ({ value }))) }))),
    },
  }
}
