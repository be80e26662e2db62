import type { Chain } from '../event.ts'

/** What is read of an event: a line of the trail (src/audit/cloudtrail.ts). */
export interface TrailEvent {
  readonly eventID: string
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly requestID: string
  readonly sourceIPAddress?: string | undefined
  readonly userAgent?: string | undefined
  readonly recipientAccountId?: string | undefined
  readonly errorCode?: string | undefined
  readonly errorMessage?: string | undefined
  readonly readOnly?: boolean | undefined
  readonly userIdentity?: {
    readonly type?: string | undefined
    readonly arn?: string | undefined
    readonly accountId?: string | undefined
    readonly accessKeyId?: string | undefined
    readonly userName?: string | undefined
    readonly principalId?: string | undefined
    readonly sessionContext?:
      | {
          readonly sessionIssuer?:
            | { readonly type?: string; readonly userName?: string }
            | undefined
          readonly sourceIdentity?: string | undefined
          readonly attributes?: Readonly<Record<string, string>> | undefined
        }
      | undefined
  }
  readonly requestParameters?: Readonly<Record<string, unknown>> | null | undefined
  readonly responseElements?: Readonly<Record<string, unknown>> | null | undefined
  readonly additionalEventData?: { readonly gatehouse?: Chain } | undefined
}

/**
 * By what events are searched. `owner`: an account, or `connector NAME` of a sign-in. `source`: the
 * service, as in `iam`. `signIn`: the sign-in that an event belongs to (`Chain.signIn`). `maker`:
 * the access key that was used to get another.
 */
export type TermKind =
  | 'owner'
  | 'person'
  | 'action'
  | 'source'
  | 'role'
  | 'outcome'
  | 'error'
  | 'address'
  | 'key'
  | 'signIn'
  | 'maker'
export interface Term {
  readonly kind: TermKind
  readonly text: string
}

/** Longer texts are cut: no search is by more. */
const mostCharacters = 256
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** The terms of an event, each once. People are in lower case. */
export function termsOf(event: TrailEvent): readonly Term[] {
  const { userIdentity: who = {}, additionalEventData } = event
  const chain = additionalEventData?.gatehouse ?? {}
  const found = new Map<string, Term>()
  const add = (kind: TermKind, text: unknown) => {
    if (typeof text !== 'string' || text === '' || text === hidden) return
    const term = { kind, text: text.slice(0, mostCharacters) }
    found.set(`${kind} ${term.text}`, term)
  }
  add('owner', event.recipientAccountId)
  add('owner', who.accountId)
  if (found.size === 0) add('owner', ownerOfSignIn(chain))
  const issuer = who.sessionContext?.sessionIssuer
  for (const person of [
    who.userName,
    chain.identity?.username,
    who.sessionContext?.sourceIdentity,
    chain.session,
    issuer?.type === 'Role' ? undefined : issuer?.userName,
  ])
    add('person', person?.toLowerCase())
  add('action', actionOf(event))
  add('source', event.eventSource.split('.')[0])
  add('role', chain.role && roleName(chain.role))
  add('role', issuer?.type === 'Role' ? issuer.userName : undefined)
  add('outcome', outcomeOf(event))
  add('error', event.errorCode)
  add('address', event.sourceIPAddress)
  const given = givenKey(event)
  add('key', who.accessKeyId)
  add('key', given)
  add('signIn', chain.signIn)
  if (given !== who.accessKeyId && given !== undefined) add('maker', who.accessKeyId)
  return [...found.values()]
}

/** Events of sign-ins have the role's ARN, those of calls its name. */
function roleName(role: string): string {
  return role.slice(role.lastIndexOf('/') + 1)
}

/** `failed`: what was asked for was wrong, or could not be done. */
export type Outcome = 'allowed' | 'denied' | 'failed'

/** What became of a call or a sign-in. A refused sign-in was denied, whatever the reason. */
export function outcomeOf({ errorCode, eventSource, additionalEventData }: TrailEvent): Outcome {
  const effect = additionalEventData?.gatehouse?.decision?.effect
  if (errorCode === undefined) return 'allowed'
  const isDenial = effect !== undefined && effect !== 'allow'
  return isDenial || errorCode === 'AccessDenied' || eventSource.startsWith('signin.')
    ? 'denied'
    : 'failed'
}

/** `iam:GetRole`, `signin:SignIn`. */
export function actionOf({ eventSource, eventName }: TrailEvent): string {
  return `${eventSource.split('.')[0]}:${eventName}`
}

/** Whose an event is: accounts, or the connector of a sign-in. */
export function ownersOf(event: TrailEvent): readonly string[] {
  return termsOf(event).flatMap(({ kind, text }) => (kind === 'owner' ? [text] : []))
}

/** The account of a sign-in's own SAML provider, else its connector. */
function ownerOfSignIn({ connector, samlProvider }: Chain): string | undefined {
  if (samlProvider !== undefined) return samlProvider.split('/')[0]
  return connector === undefined ? undefined : ownerOfConnector(connector)
}

export const ownerOfConnector = (id: string): string => `connector ${id}`

/** The access key that was given: the answer's, or at the portal that of the session it made. */
export function givenKey({ eventName, errorCode, userIdentity, responseElements }: TrailEvent) {
  const credentials = responseElements?.credentials as { accessKeyId?: unknown } | undefined
  const { accessKeyId } = credentials ?? {}
  if (typeof accessKeyId === 'string') return accessKeyId
  const isGiven = eventName.startsWith('AssumeRoleWith') && errorCode === undefined
  return isGiven ? userIdentity?.accessKeyId : undefined
}

/** The names by which a person or a log asks for one event. */
export function tokensOf(event: TrailEvent): readonly string[] {
  const { eventID, requestID, additionalEventData } = event
  const { reference, upstream } = additionalEventData?.gatehouse ?? {}
  const key = givenKey(event)
  const given = key === undefined ? undefined : issuedToken(key)
  const named = [eventID, requestID, reference, upstream?.requestId, given]
  return [...new Set(named.flatMap((one) => (one ? [normalToken(one)] : [])))]
}

/** Names the event that was answered with this access key. */
export const issuedToken = (accessKeyId: string): string => `issued ${accessKeyId}`

/** As it is read out: letters and digits count, whatever their case. */
export function normalToken(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]/g, '')
}
