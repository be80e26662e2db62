import type { SessionTree } from '../../../audit/index/session-tree.ts'
import type { ServiceData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'

export const sessionVersion = '2026-12-05'

/**
 * Who is signed in, and what came from a sign-in. JSON over `POST /sessions/…`, signed for the
 * service `gatehouse` (docs/audit.md).
 */
export const sessionService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: sessionVersion,
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: [sessionVersion] },
    tokenType: { type: 'string', min: 1, max: 256 },
    signInType: { type: 'string', pattern: '[\\w-]{43}' },
    accessKeyType: { type: 'string', pattern: 'A[KS]IA[A-Z2-7]{16}' },
    sessionIdType: { type: 'string', pattern: '\\d{13}\\.[\\w-]{8,64}' },
    kindType: { type: 'string', enum: ['sign-in', 'console', 'terminal', 'app'] },
    personType: { type: 'string', min: 1, max: 512 },
    pageType: { type: 'integer', min: 1, max: 1000 },
    ListSessionsRequest: {
      type: 'structure',
      required: ['Version'],
      members: {
        Version: 'versionType',
        SessionId: 'sessionIdType',
        Person: 'personType',
        Kind: 'kindType',
        Marker: 'sessionIdType',
        MaxItems: 'pageType',
      },
    },
    EndSessionRequest: {
      type: 'structure',
      required: ['Version', 'SessionId'],
      members: { Version: 'versionType', SessionId: 'sessionIdType' },
    },
    textType: { type: 'string' },
    EndedSession: {
      type: 'structure',
      members: { SessionId: 'sessionIdType', Kind: 'kindType', Person: 'textType' },
    },
    GetSessionTreeRequest: {
      type: 'structure',
      required: ['Version'],
      members: {
        Version: 'versionType',
        Token: 'tokenType',
        SignIn: 'signInType',
        AccessKey: 'accessKeyType',
      },
    },
  },
  operations: {
    ListSessions: { input: 'ListSessionsRequest', errors: { NoSuchEntity: 404 } },
    EndSession: {
      input: 'EndSessionRequest',
      output: 'EndedSession',
      errors: { NoSuchEntity: 404 },
    },
    GetSessionTree: {
      input: 'GetSessionTreeRequest',
      errors: { InvalidInput: 400, NoSuchEntity: 404 },
    },
  },
}

/** One of the three: an event (by its id, its request's or its reference), a sign-in, or a key. */
export interface GetSessionTreeRequest {
  readonly Version: string
  readonly Token?: string | undefined
  readonly SignIn?: string | undefined
  readonly AccessKey?: string | undefined
}

export interface GetSessionTreeResponse {
  readonly Tree: SessionTree
  /** Bytes of the audit log that the index has not read yet. */
  readonly Behind: number
}

export type SessionKind = 'sign-in' | 'console' | 'terminal' | 'app'

export interface ListSessionsRequest {
  readonly Version: string
  /** That one alone, if it is still open. */
  readonly SessionId?: string | undefined
  /** A person's or user's name. */
  readonly Person?: string | undefined
  readonly Kind?: SessionKind | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** Somebody who is signed in. Times are ISO 8601. */
export interface SessionShape {
  readonly SessionId: string
  readonly Kind: SessionKind
  readonly Person: string
  /** The connector of a sign-in. */
  readonly Connector?: string | undefined
  /** By what all sessions of the person end, as `RevokeSessions` takes it. */
  readonly Whose?: { readonly Scope: 'person' | 'user'; readonly Target: string } | undefined
  /** Of a console. */
  readonly Arn?: string | undefined
  readonly AccessKeyId?: string | undefined
  readonly App?: string | undefined
  /** The sign-in that it is, or that it belongs to. */
  readonly SignIn?: string | undefined
  readonly Since: string
  readonly Until: string
  readonly LastSeen: string
  readonly LastAddress: string
  /** The program with which it began. */
  readonly Program: string
}

export interface ListSessionsResponse {
  /** The newest first. */
  readonly Sessions: readonly SessionShape[]
  readonly Marker?: string | undefined
}

export interface EndSessionRequest {
  readonly Version: string
  readonly SessionId: string
}

export type EndedSession = Pick<SessionShape, 'SessionId' | 'Kind' | 'Person'>

export interface SessionOperations {
  readonly ListSessions: { readonly in: ListSessionsRequest; readonly out: ListSessionsResponse }
  readonly EndSession: { readonly in: EndSessionRequest; readonly out: EndedSession }
  readonly GetSessionTree: {
    readonly in: GetSessionTreeRequest
    readonly out: GetSessionTreeResponse
  }
}

export const GetSessionTree: Model<
  GetSessionTreeRequest,
  GetSessionTreeResponse,
  'InvalidInput' | 'NoSuchEntity'
> = linkModel(sessionService, 'GetSessionTree')

export const ListSessions: Model<ListSessionsRequest, ListSessionsResponse, 'NoSuchEntity'> =
  linkModel(sessionService, 'ListSessions')

export const EndSession: Model<EndSessionRequest, EndedSession, 'NoSuchEntity'> = linkModel(
  sessionService,
  'EndSession',
)
