import { issuedToken, type TrailEvent } from '../../audit/index/terms.ts'
import {
  type ExplainAccessResponse,
  explainVersion,
} from '../../aws/gatehouse/explain/explain-model.ts'
import type { AskContent } from '../ask-shown.ts'
import { type Call, CallRefusal, isDenial, type Part, partOf } from '../call.ts'
import { askPage } from '../page.ts'
import type { Section } from '../shown.ts'
import { textLimits } from './simulated-question.ts'
import { traceShown } from './trace-shown.ts'
import { turnSections } from './turns-shown.ts'
import {
  askedAgain,
  callOfEvent,
  callOfMessage,
  type DeniedCall,
  isExplained,
} from './why-question.ts'
import { eventSection, roadSection } from './why-road.ts'
import { words } from './words.ts'

const { why: told, decisions, effects, layers } = words

type Ask = Call<
  'gatehouse:LookupEvents' | 'gatehouse:ExplainAccess' | 'sts:DecodeAuthorizationMessage'
>
type Answer = Pick<AskContent, 'answers' | 'status' | 'problem'>

/** `/console/why`: explains an event, or the message that a denied call was answered with. */
export const why = askPage({
  path: '/console/why',
  nav: { section: 'Explain', label: told.title, glyph: 'audit' },
  crumb: told.title,
  calls: ['gatehouse:LookupEvents', 'gatehouse:ExplainAccess', 'sts:DecodeAuthorizationMessage'],
  needs: ['gatehouse:LookupEvents', 'sts:DecodeAuthorizationMessage'],
  method: 'post',
  async read(call, { body, query }) {
    const asked = (body('event') ?? query('event') ?? '').trim()
    const answer = asked === '' ? { answers: [] } : await answerTo(call, asked)
    return { ...formOf(asked), ...answer }
  },
})

function formOf(value: string): Omit<AskContent, 'kind' | 'method' | 'answers'> {
  return {
    title: told.title,
    says: told.says,
    fields: [
      {
        name: 'event',
        label: told.field,
        help: told.fieldHelp,
        control: { kind: 'lines', rows: 2 },
        limits: textLimits(mostAsked),
        value,
      },
    ],
    more: [],
    button: told.button,
    empty: told.empty,
  }
}

/** An encoded message has that many characters at most. */
const mostAsked = 10_240

function nothing(next: string): Answer {
  return { answers: [], status: 404, problem: { title: told.nothing, next } }
}

async function answerTo(call: Ask, asked: string): Promise<Answer> {
  if (/^ghm\d+\./.test(asked)) return ofMessage(call, asked.replace(/\s+/g, ''))
  if (asked.length > mostToken) return nothing(told.unread)
  const { Events, Behind } = await call('gatehouse:LookupEvents', {
    Version: explainVersion,
    Token: asked,
  })
  const event = Events.find(({ errorCode }) => errorCode !== undefined) ?? Events[0]
  if (event) return ofEvent(call, event)
  return nothing(Behind > 0 ? told.behind(Math.ceil(Behind / 1_000_000)) : told.none)
}

const mostToken = 256

async function ofMessage(call: Ask, message: string): Promise<Answer> {
  try {
    const decoded = await call('sts:DecodeAuthorizationMessage', { EncodedMessage: message })
    const denied = callOfMessage(decoded.DecodedMessage ?? '{}')
    const now = await nowOf(call, denied, undefined)
    return {
      answers: [...decisionNow(denied, now), ...changes(now), ...tracedNow(now)],
    }
  } catch (error) {
    if (!(error instanceof CallRefusal) || isDenial(error) || error.fault.status >= 500) throw error
    return nothing(told.unread)
  }
}

async function ofEvent(call: Ask, event: TrailEvent): Promise<Answer> {
  const denied = callOfEvent(event)
  const issued = await issuedBy(call, event)
  const now = denied && (await nowOf(call, denied, issued))
  const today = now && 'value' in now ? now.value : undefined
  return {
    answers: [
      decisionThen(event, denied, today),
      ...changes(now),
      roadSection({ event, issued, now: today }),
      ...(now && 'denied' in now
        ? [{ kind: 'withheld', title: told.trace, denied: now.denied } as const]
        : []),
      eventSection(event),
    ],
  }
}

/** The event of the call that gave the session of this one. */
async function issuedBy(call: Ask, { userIdentity }: TrailEvent): Promise<TrailEvent | undefined> {
  const key = userIdentity?.accessKeyId
  if (key === undefined || userIdentity?.sessionContext === undefined) return undefined
  const { Events } = await call('gatehouse:LookupEvents', {
    Version: explainVersion,
    Token: issuedToken(key),
  })
  return Events[0]
}

type Now = Part<ExplainAccessResponse> | undefined

/** How the engine decides it today; undefined where the principal can't be asked about. */
async function nowOf(call: Ask, denied: DeniedCall, issued: TrailEvent | undefined): Promise<Now> {
  if (!isExplained(denied)) return undefined
  try {
    return await partOf(call('gatehouse:ExplainAccess', askedAgain(denied, issued)))
  } catch (error) {
    // The user or role is gone, or its session policy no longer parses.
    if (error instanceof CallRefusal && error.fault.status < 500) return undefined
    throw error
  }
}

function decisionThen(
  event: TrailEvent,
  denied: DeniedCall | undefined,
  now: ExplainAccessResponse | undefined,
): Section {
  const { errorCode, errorMessage = '', additionalEventData } = event
  const effect = additionalEventData?.gatehouse?.decision?.effect
  const [today] = now?.Results ?? []
  const later =
    today && effect !== undefined
      ? ` ${today.Effect === effect ? told.same : told.changed(effects[today.Effect].text)}`
      : ''
  if (errorCode === undefined)
    return { kind: 'decision', tone: 'allow', title: told.allowed, text: told.decided.allow }
  return {
    kind: 'decision',
    tone: effect === 'implicit-deny' ? 'implicit' : 'deny',
    title: denied ? `${told.refused}: ${denied.action}` : told.refused,
    text: `${told.decided.denied(errorMessage || errorCode)}${later}`,
  }
}

function decisionNow(denied: DeniedCall, now: Now): readonly Section[] {
  const result = now && 'value' in now ? now.value.Results[0] : undefined
  if (now && 'denied' in now) return [{ kind: 'withheld', title: told.today, denied: now.denied }]
  if (!result) return [{ kind: 'decision', tone: 'warn', title: denied.action, text: told.unread }]
  const { tone, text } = effects[result.Effect]
  const blocked = (result.BlockedBy ?? 'identity') as keyof typeof layers
  const because = result.Because.join('; ')
  return [
    {
      kind: 'decision',
      tone,
      title: `${text}: ${denied.action}`,
      text: `${denied.resource}. ${
        result.Effect === 'implicit-deny' ? decisions['implicit-deny'](layers[blocked]) : because
      }`,
    },
  ]
}

function changes(now: Now): readonly Section[] {
  const trace = now && 'value' in now ? now.value.Trace : undefined
  return trace && trace.Explanation.effect !== 'allow' ? turnSections(trace.Turns) : []
}

function tracedNow(now: Now): readonly Section[] {
  const trace = now && 'value' in now ? now.value.Trace : undefined
  if (!trace) return []
  const shown = traceShown(trace.Explanation, trace.Policies)
  return [{ kind: 'trace', title: told.trace, layers: shown }]
}
