import { rotatedFiles } from '../../audit/rotation.ts'
import { linesWith } from '../../audit/trail-lines.ts'
import type { RecordedCall } from '../../aws/replay/recorded-call.ts'

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
