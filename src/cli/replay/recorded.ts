import type { Chain } from '../../audit/event.ts'
import { rotatedFiles } from '../../audit/rotation.ts'
import { linesWith } from '../../audit/trail-lines.ts'

/** What a replay reads of a call's event. */
export interface RecordedCall {
  readonly eventTime: string
  /** `iam.amazonaws.com`. */
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent?: string
  readonly errorCode?: string
  readonly requestParameters?: unknown
  readonly responseElements?: { readonly credentials?: { readonly accessKeyId?: string } } | null
  readonly userIdentity: {
    readonly type?: string
    readonly principalId?: string
    readonly arn?: string
    readonly accountId?: string
    readonly accessKeyId?: string
    readonly userName?: string
    readonly sessionContext?: {
      readonly sessionIssuer?: {
        readonly type?: string
        readonly principalId?: string
        readonly arn?: string
        readonly userName?: string
      }
      readonly attributes?: { readonly creationDate?: string; readonly mfaAuthenticated?: string }
      readonly sourceIdentity?: string
    }
  }
  readonly additionalEventData?: { readonly gatehouse?: Chain }
}

/** Yields the calls of an audit log since then, the oldest first. Leaves torn lines out. */
export async function* recordedCalls(path: string, since: Date): AsyncGenerator<RecordedCall> {
  for (const file of [...(await rotatedFiles(path)), path])
    for await (const { text } of linesUnlessGone(file)) {
      const record = parsed(text)
      if (record?.userIdentity && new Date(record.eventTime) >= since) yield record
    }
}

/** Accepts that a file was removed or rotated meanwhile. */
async function* linesUnlessGone(file: string) {
  try {
    yield* linesWith(file, '"eventType":"AwsApiCall"')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function parsed(line: string): RecordedCall | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
