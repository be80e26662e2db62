import type { TrailEvent } from '../../audit/index/terms.ts'
import {
  type ExplainAccessRequest,
  explainVersion,
} from '../../aws/gatehouse/explain/explain-model.ts'

/** What a denied call asked, from its event or from its encoded message. */
export interface DeniedCall {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context: Readonly<Record<string, readonly string[]>>
}

/** Undefined for an event without a decision that can be made again. */
export function callOfEvent({
  userIdentity,
  additionalEventData,
}: TrailEvent): DeniedCall | undefined {
  const question = additionalEventData?.gatehouse?.decision?.question
  const arn = userIdentity?.arn
  if (!question || arn === undefined) return undefined
  return { principal: arn, ...question }
}

/** The document of an encoded message (STS API reference, "DecodeAuthorizationMessage"). */
export function callOfMessage(document: string): DeniedCall {
  // INVARIANT: the service wrote it (src/aws/authorization-message.ts).
  const { context } = JSON.parse(document) as MessageDocument
  return {
    principal: context.principal.arn,
    action: context.action,
    resource: context.resource,
    context: Object.fromEntries(
      context.conditions.items.map(({ key, values }) => [
        key,
        values.items.map(({ value }) => value),
      ]),
    ),
  }
}

interface MessageDocument {
  readonly context: {
    readonly principal: { readonly arn: string }
    readonly action: string
    readonly resource: string
    readonly conditions: {
      readonly items: readonly {
        readonly key: string
        readonly values: { readonly items: readonly { readonly value: string }[] }
      }[]
    }
  }
}

/** The principals that can be explained: users, and sessions of roles. */
export function isExplained({ principal }: DeniedCall): boolean {
  return /^arn:[^:]*:(?:iam::\d{12}:user\/|sts::\d{12}:assumed-role\/)/.test(principal)
}

const listKeys = /^aws:(?:tagkeys|calledvia|(?:principal|resource)orgpaths)$|:groups$/

/**
 * Asks the engine again, with the values of that request. `issued`: the event that gave the
 * session, whose session policies narrow it.
 */
export function askedAgain(call: DeniedCall, issued: TrailEvent | undefined): ExplainAccessRequest {
  const { policy, policyArns } = (issued?.requestParameters ?? {}) as SessionParameters
  const session = policy !== undefined || (policyArns?.length ?? 0) > 0
  return {
    Version: explainVersion,
    Principal: call.principal,
    Actions: [call.action],
    Resources: [call.resource],
    Context: Object.entries(call.context).map(([Key, Values]) => ({
      Key,
      Values,
      List: Values.length > 1 || listKeys.test(Key),
    })),
    ...(session && {
      SessionPolicies: policy === undefined ? [] : [policy],
      SessionPolicyArns: (policyArns ?? []).flatMap(({ arn }) => arn ?? []),
    }),
    Trace: true,
  }
}

interface SessionParameters {
  readonly policy?: string
  readonly policyArns?: readonly { readonly arn?: string }[]
}
