import type { ServiceData, ShapeData } from '../../reference/aws/service-data.ts'
import { linkModel, type Model } from '../model.ts'

/** The most calls of one batch: the lock of the store is held while they are made. */
export const mostInBatch = 1000

const text = (most: number, more: Partial<ShapeData> = {}): ShapeData => ({
  type: 'string',
  max: most,
  ...more,
})
const callOf = (parameters: string): ShapeData => ({
  type: 'structure',
  required: ['Operation', 'Parameters'],
  members: { Operation: 'operationType', Parameters: parameters },
})

/**
 * Several IAM operations in one call: JSON over `POST /batch/read` and `/batch/write`, signed for
 * the service `gatehouse` (docs/as-code.md). Parameters and results are texts of JSON, in IAM's own
 * words.
 */
export const batchService: ServiceData = {
  service: 'gatehouse',
  protocol: 'json',
  version: '2026-12-01',
  namespace: '',
  shapes: {
    versionType: { type: 'string', enum: ['2026-12-01'] },
    operationType: text(64, { min: 1, pattern: '\\w+' }),
    // A write has an event of its own, which says everything.
    changeType: text(200_000, { sensitive: true }),
    questionType: text(4096),
    resultType: text(4_000_000, { sensitive: true }),
    Change: callOf('changeType'),
    Question: callOf('questionType'),
    changesType: { type: 'list', of: 'Change', min: 1, max: mostInBatch },
    questionsType: { type: 'list', of: 'Question', min: 1, max: mostInBatch },
    resultsType: { type: 'list', of: 'resultType' },
    flagType: { type: 'boolean' },
    BatchWriteRequest: {
      type: 'structure',
      required: ['Version', 'Calls'],
      members: { Version: 'versionType', Calls: 'changesType', DryRun: 'flagType' },
    },
    BatchReadRequest: {
      type: 'structure',
      required: ['Version', 'Calls'],
      members: { Version: 'versionType', Calls: 'questionsType' },
    },
    BatchResponse: { type: 'structure', members: { Results: 'resultsType' } },
  },
  operations: {
    BatchRead: { input: 'BatchReadRequest', output: 'BatchResponse', errors: {} },
    BatchWrite: { input: 'BatchWriteRequest', output: 'BatchResponse', errors: {} },
  },
}

export interface BatchedCall {
  /** As IAM names it: `CreateRole`. */
  readonly Operation: string
  /** JSON. */
  readonly Parameters: string
}
export interface BatchRequest {
  readonly Version: string
  readonly Calls: readonly BatchedCall[]
}
export interface BatchWriteRequest extends BatchRequest {
  /** Everything is tried and nothing is kept: the answer is DryRunOperation. */
  readonly DryRun?: boolean | undefined
}
export interface BatchResponse {
  /** The output of each call, in their order: JSON. */
  readonly Results: readonly string[]
}

export const BatchRead: Model<BatchRequest, BatchResponse, never> = linkModel(
  batchService,
  'BatchRead',
)
export const BatchWrite: Model<BatchWriteRequest, BatchResponse, never> = linkModel(
  batchService,
  'BatchWrite',
)
