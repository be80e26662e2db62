import { decide } from '../policy/index.ts'
import type { Question } from '../policy/question.ts'
import { withResourceControl } from '../sessions/organization-layers.ts'
import { accessDenied } from './access-denied.ts'
import type { AuthorizationMessages } from './authorization-message.ts'
import type { Trace } from './call-audit.ts'
import type { Call, SignedOperation, Target } from './operation.ts'
import { questionContext } from './request-context.ts'

// biome-ignore lint/suspicious/noExplicitAny: the registry holds operations of every input.
type AnySigned = SignedOperation<any, any, any, any>
// biome-ignore lint/suspicious/noExplicitAny: as above.
type AnyCall = Call<any>

/**
 * Decides every question of a call to a signed operation; `found`: what it acts on. Throws
 * AccessDenied for the first that is not allowed, and notes the last decision.
 */
export function decideCall(
  call: AnyCall,
  found: unknown,
  trace: Trace,
  messages: Pick<AuthorizationMessages, 'encode'>,
): void {
  // INVARIANT: performCall calls this only for operations that have rules.
  const operation = trace.operation as AnySigned
  const wanted: Target | readonly Target[] | 'caller-only' = operation.rules.authorize(
    trace.input,
    call,
    found,
  )
  if (wanted === 'caller-only') return
  const { caller } = call
  for (const target of Array.isArray(wanted) ? (wanted as readonly Target[]) : [wanted as Target]) {
    const resourceAccount = target.resourceAccount ?? caller.account
    const { context, multivalued } = questionContext(caller, trace, target, resourceAccount)
    const question = {
      principal: caller.principal,
      action: target.action ?? `${operation.model.service}:${operation.model.name}`,
      resource: target.resource,
      resourceAccount,
      context,
      multivalued,
    }
    const layers = withResourceControl(
      target.layers ? { ...caller.layers, ...target.layers } : caller.layers,
      question,
      caller.organization,
    )
    const decision = decide(question, layers)
    trace.chain = {
      ...trace.chain,
      decision: {
        effect: decision.effect,
        because: decision.because,
        ...(decision.blockedBy && { blockedBy: decision.blockedBy }),
        ...(decision.effect !== 'allow' && { question: toldQuestion(question) }),
      },
    }
    if (decision.effect !== 'allow')
      throw accessDenied(question, decision, messages.encode(question, decision, layers))
  }
}

/** Values of a key that an event tells: groups may be many. */
const mostValues = 20

/** The question of a denied call, so that it can be explained when somebody asks why. */
function toldQuestion({ action, resource, resourceAccount, context }: ToldQuestion) {
  return {
    action,
    resource,
    resourceAccount,
    context: Object.fromEntries(
      [...context].map(([key, values]) => [key, values.slice(0, mostValues)]),
    ),
  }
}

interface ToldQuestion extends Pick<Question, 'action' | 'resource' | 'context'> {
  readonly resourceAccount: string
}
