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

export interface SessionOperations {
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
