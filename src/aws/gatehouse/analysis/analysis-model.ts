import type { ServiceData, ShapeData } from '../../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../../model.ts'
import type { CallsTold } from '../../replay/call-differences.ts'

export const analysisVersion = '2026-12-06'

const versioned = (members: Readonly<Record<string, string>>, required: readonly string[] = []) =>
  ({
    type: 'structure',
    required: ['Version', ...required],
    members: { Version: 'versionType', ...members },
  }) satisfies ShapeData
const starting = { InvalidInput: 400, NoSuchEntity: 404, LimitExceeded: 409 } as const

/**
 * Work on the recorded calls of the last days, which takes longer than a call may: it is started,
 * and asked for until it is done. JSON over `POST /analysis/…`, signed for the service `gatehouse`
 * (docs/policy-tools.md). Changes nothing.
 */
export const analysisService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: analysisVersion,
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: [analysisVersion] },
    principalType: { type: 'string', min: 1, max: 2048 },
    arnType: { type: 'string', min: 20, max: 2048 },
    nameType: { type: 'string', min: 1, max: 128, pattern: '[\\w+=,.@-]+' },
    documentType: { type: 'string', min: 1, max: 131_072 },
    daysType: { type: 'integer', min: 1, max: 400 },
    jobType: { type: 'string', min: 36, max: 36, pattern: '[0-9a-f-]+' },
    StartUnusedAccessRequest: versioned({ Principal: 'principalType', Days: 'daysType' }, [
      'Principal',
    ]),
    StartCallReplayRequest: versioned({
      Principal: 'principalType',
      PolicyName: 'nameType',
      PolicyArn: 'arnType',
      Document: 'documentType',
      Rules: 'documentType',
      Days: 'daysType',
    }),
    GetAnalysisRequest: versioned({ JobId: 'jobType' }, ['JobId']),
  },
  operations: {
    StartUnusedAccess: { input: 'StartUnusedAccessRequest', errors: starting },
    StartCallReplay: { input: 'StartCallReplayRequest', errors: starting },
    GetAnalysis: { input: 'GetAnalysisRequest', errors: { NoSuchEntity: 404 } },
  },
}

interface Versioned {
  readonly Version: string
}
interface Started {
  readonly JobId: string
}

export interface StartUnusedAccessRequest extends Versioned {
  /** The ARN of a user or role of the account; short: `user/NAME`, `role/NAME`. */
  readonly Principal: string
  /** Default: 90. */
  readonly Days?: number | undefined
}

export interface StartCallReplayRequest extends Versioned {
  /** A user, group or role, named as above, whose inline policy `PolicyName` is edited. */
  readonly Principal?: string | undefined
  readonly PolicyName?: string | undefined
  /** The managed policy that is edited. */
  readonly PolicyArn?: string | undefined
  /** What stands in its place. */
  readonly Document?: string | undefined
  /** Edited rules, as `ReplayMapping` takes them; with or without a policy. */
  readonly Rules?: string | undefined
  /** Default: 30. */
  readonly Days?: number | undefined
}

/** A service of which the policies allow something. */
export interface ServiceUse {
  readonly Service: string
  /** Whether Gatehouse sees every call of it; of others nothing is said. */
  readonly Seen: boolean
  readonly Used: readonly { readonly Action: string; readonly LastAt: string }[]
  readonly Unused: readonly string[]
}

export interface ReplayedCalls extends CallsTold {
  /** Calls that both versions allow. */
  readonly kept: number
  /** There were more calls than one analysis decides: the latest were. */
  readonly cut: boolean
}

export interface UnusedAccess {
  /** ARN. */
  readonly Principal: string
  readonly Days: number
  readonly Services: readonly ServiceUse[]
  /** The policies that the proposal stands for, those of groups too. */
  readonly InPlaceOf: readonly string[]
  /** JSON; absent where nothing is allowed any more. */
  readonly Proposal?: string | undefined
  /** The recorded calls under the proposal. */
  readonly Proof: ReplayedCalls
}

/** `FAILED`: the node that worked on it has stopped, or something that it needs was away. */
export interface Analysis {
  readonly State: 'RUNNING' | 'DONE' | 'FAILED'
  /** Calls that were decided so far. */
  readonly Calls: number
  /** The time of the call that was decided last; the latest are decided first. */
  readonly Reached?: string | undefined
  /** ISO 8601. */
  readonly Since: string
  readonly Unused?: UnusedAccess | undefined
  readonly Replayed?: (ReplayedCalls & { readonly Days: number }) | undefined
}

export interface AnalysisOperations {
  readonly StartUnusedAccess: { in: StartUnusedAccessRequest; out: Started }
  readonly StartCallReplay: { in: StartCallReplayRequest; out: Started }
  readonly GetAnalysis: { in: Versioned & Started; out: Analysis }
}

type Code = 'NoSuchEntity' | 'InvalidInput' | 'LimitExceeded'
const link = <Name extends keyof AnalysisOperations, C extends Code>(
  name: Name,
): Model<AnalysisOperations[Name]['in'], AnalysisOperations[Name]['out'], C> =>
  linkModel(analysisService, name)

export const StartUnusedAccess = link<'StartUnusedAccess', Code>('StartUnusedAccess')
export const StartCallReplay = link<'StartCallReplay', Code>('StartCallReplay')
export const GetAnalysis = link<'GetAnalysis', 'NoSuchEntity'>('GetAnalysis')
