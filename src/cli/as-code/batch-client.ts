import { type BatchedCall, mostInBatch } from '../../aws/gatehouse/batch-model.ts'
import { largeBodyBytes } from '../../aws/large-bodies.ts'
import { type Credentials, signedHeaders } from '../../credentials/signed-headers.ts'
import type { AwsFaultCode } from '../../kernel/aws-fault.ts'
import type { Change } from './change.ts'

/** Who calls, where. */
export interface CalledAs {
  readonly url: URL
  readonly region: string
  readonly credentials: Credentials
}

/** What Gatehouse refused, with the code that it said. */
export class BatchRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.name = 'BatchRefusal'
    this.code = code
  }
}

const version = '2026-12-01'
/** Of calls that read in one request: less than the least `limits.bodyBytes` of any settings. */
const mostReadBytes = 12_000
const answerWithinMs = 120_000
const mostAnswerBytes = 256 * 1_048_576

type Asked = readonly [operation: string, parameters: object]

/**
 * Makes calls that read, as many in one request as it takes, and returns the output of each.
 * Throws BatchRefusal, and an Error where nobody answers.
 */
export async function readTogether<T>(
  as: CalledAs,
  calls: readonly Asked[],
): Promise<readonly T[]> {
  const outputs: T[] = []
  for (const Calls of requestsOf(calls)) {
    const { Results } = await post(as, '/batch/read', { Version: version, Calls })
    outputs.push(...Results.map((one) => JSON.parse(one) as T))
  }
  return outputs
}

/** As few requests as the calls take. */
function requestsOf(calls: readonly Asked[]): readonly (readonly BatchedCall[])[] {
  const requests: BatchedCall[][] = []
  let bytes = mostReadBytes
  for (const [Operation, parameters] of calls) {
    const call = { Operation, Parameters: JSON.stringify(parameters) }
    // A name is ASCII, and its quotes are escaped once more.
    const size = 2 * JSON.stringify(call).length
    bytes += size
    const last = requests.at(-1)
    if (last && bytes <= mostReadBytes && last.length < mostInBatch) last.push(call)
    else {
      requests.push([call])
      bytes = size
    }
  }
  return requests
}

/**
 * Makes changes, all of them or none; `dryRun`: none, after trying all. Throws BatchRefusal for the
 * first that is refused, and an Error for more than one transaction takes.
 */
export async function writeTogether(
  as: CalledAs,
  changes: readonly Change[],
  dryRun: boolean,
): Promise<void> {
  const Calls = changes.map(({ operation, parameters }) => ({
    Operation: operation,
    Parameters: JSON.stringify(parameters),
  }))
  const body = { Version: version, Calls, ...(dryRun && { DryRun: true }) }
  if (!fits(changes))
    throw new Error(
      `${changes.length} changes are more than one transaction takes ` +
        `(${mostInBatch} changes, ${largeBodyBytes} bytes): say \`--in-parts\``,
    )
  try {
    await post(as, '/batch/write', body)
  } catch (error) {
    const tried: AwsFaultCode = 'DryRunOperation'
    if (!(dryRun && error instanceof BatchRefusal && error.code === tried)) throw error
  }
}

/** Whether one transaction takes the changes. */
export function fits(changes: readonly Change[]): boolean {
  const bytes = Buffer.byteLength(
    JSON.stringify(
      changes.map(({ operation, parameters }) => [operation, JSON.stringify(parameters)]),
    ),
  )
  return changes.length <= mostInBatch && bytes + changes.length * 40 < largeBodyBytes
}

async function post(
  { url, region, credentials }: CalledAs,
  path: string,
  asked: object,
): Promise<{ readonly Results: readonly string[] }> {
  const at = new URL(path, url)
  const body = JSON.stringify(asked)
  const signal = AbortSignal.timeout(answerWithinMs)
  const headers = signedHeaders(at, body, credentials, region)
  const answer = await fetch(at, { method: 'POST', headers, body, redirect: 'error', signal })
  if (Number(answer.headers.get('content-length') ?? 0) > mostAnswerBytes)
    throw new Error(`${at.origin} answers more than ${mostAnswerBytes} bytes`)
  const text = await answer.text()
  let said: { readonly Error?: { readonly Code?: unknown; readonly Message?: unknown } }
  try {
    said = JSON.parse(text)
  } catch {
    throw new Error(`${at.origin} does not answer as Gatehouse does (HTTP ${answer.status})`)
  }
  if (answer.ok) return said as { readonly Results: readonly string[] }
  throw new BatchRefusal(String(said.Error?.Code), String(said.Error?.Message).slice(0, 4096))
}
