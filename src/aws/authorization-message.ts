import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { KeyRing } from '../credentials/key-ring.ts'
import { decide, type Layers } from '../policy/index.ts'
import type { Decision, Question } from '../policy/question.ts'

/**
 * Messages about denied calls: the question and the reason, sealed for those who may decode them
 * (STS API reference, "DecodeAuthorizationMessage").
 */
export interface AuthorizationMessages {
  /**
   * Text that only an authorized caller can decode; at most 10,240 characters, undefined when it
   * would be more.
   */
  encode(question: Question, decision: Decision, layers: Layers): string | undefined
  /**
   * The document and its account; undefined for a message that was altered, cut, or is not ours.
   */
  decode(encoded: string): { readonly account: string; readonly document: string } | undefined
}

const purpose = 'authorization-message'
/**
 * What the ring writes begins with a key's id, which may begin with a hyphen: the AWS CLI would
 * take the message for an option.
 */
const prefix = 'ghm1.'
const mostCharacters = 10_240
const mostInflated = 64 * 1024
/** How many values of a key are included; groups may be many. */
const mostValues = 20

export function authorizationMessages(
  ring: Pick<KeyRing, 'seal' | 'unseal'>,
): AuthorizationMessages {
  return {
    encode(question, decision, layers) {
      const content = question.action.startsWith('sts:AssumeRole')
        ? withoutRole(question, layers)
        : ownPart(question, decision)
      const packed = deflateRawSync(
        JSON.stringify({
          account: question.principal.account ?? '',
          document: documentOf(...content),
        }),
      )
      const encoded = `${prefix}${ring.seal(purpose, packed)}`
      return encoded.length <= mostCharacters ? encoded : undefined
    },
    decode(encoded) {
      if (!encoded.startsWith(prefix)) return undefined
      const packed = ring.unseal(purpose, encoded.slice(prefix.length))
      if (!packed) return undefined
      // INVARIANT: what opens under the ring was written by `encode`.
      const { account, document } = JSON.parse(
        inflateRawSync(packed, { maxOutputLength: mostInflated }).toString(),
      ) as { account: string; document: object }
      return { account, document: JSON.stringify(document) }
    },
  }
}

type Content = readonly [
  Question,
  Pick<Decision, 'effect' | 'because' | 'blockedBy' | 'missingContext'>,
]

/**
 * Taking a role is told as if the role did not exist: what the caller's own policies say, without
 * the role's tags. The size of a sealed text tells of what is in it, also to who may not decode it;
 * so nothing is in it that only an existing role could bring, not even by a policy of the caller's
 * that looks at its tags. The audit event has the decision that was made.
 */
function withoutRole(question: Question, layers: Layers): Content {
  const roleless = { ...question, context: untagged(question.context) }
  return [roleless, decide(roleless, layers.trust ? { ...layers, trust: [] } : layers)]
}

function untagged(context: Question['context']): Question['context'] {
  return new Map([...context].filter(([key]) => !/^(aws|iam):resourcetag\//.test(key)))
}

/**
 * Of another account's resource neither its tags nor its own policies are told: who may not take a
 * role learns nothing of it.
 */
function ownPart(question: Question, decision: Decision): Content {
  const { effect, because, blockedBy, missingContext } = decision
  if (
    question.resourceAccount === undefined ||
    question.resourceAccount === question.principal.account
  )
    return [question, { effect, because, ...(blockedBy && { blockedBy }), missingContext }]
  return [
    { ...question, context: untagged(question.context) },
    {
      effect: 'implicit-deny',
      because: because.filter(({ layer }) => layer !== 'trust' && layer !== 'resource'),
      missingContext: [],
    },
  ]
}

/** The document in AWS's format; `matchedStatements` are those that decided. */
function documentOf(
  { principal, action, resource, context }: Question,
  { effect, because, blockedBy, missingContext }: Content[1],
): object {
  const items = (values: readonly unknown[]) => ({ items: values })
  return {
    allowed: false,
    explicitDeny: effect === 'explicit-deny',
    matchedStatements: items(
      because.map(({ layer, policy, statement, sid }) => ({
        sourcePolicyType: layer,
        sourcePolicyId: policy,
        statementId: sid ?? `#${statement}`,
      })),
    ),
    failures: items(
      blockedBy
        ? [{ layer: blockedBy, reason: 'nothing in it allows the action on this resource' }]
        : [],
    ),
    missingContextKeys: items(missingContext),
    context: {
      principal: { arn: principal.arn },
      action,
      resource,
      conditions: items(
        [...context].map(([key, values]) => ({
          key,
          values: items(values.slice(0, mostValues).map((value) => ({ value }))),
        })),
      ),
    },
  }
}
