import type { KeyUses } from '../../../sessions/key-uses.ts'
import type { CredentialReportRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { reportText } from './report-text.ts'

/** IAM API reference, GenerateCredentialReport: a report is made anew after four hours. */
const freshForMs = 4 * 3_600_000

const isFresh = (report: CredentialReportRecord, now: Date) =>
  now.getTime() - Date.parse(report.createdAt) < freshForMs

/** Made before it is answered, outside of the transaction: the state that is told is the next. */
function generateCredentialReport({ keyUses }: { readonly keyUses: Pick<KeyUses, 'find'> }) {
  const running = new Set<string>()
  return operation(iamModel('GenerateCredentialReport'), {
    writes: true,
    authorize: () => ({ resource: '*' }),

    async prepare(_input, { account, caller, now }, _found, reads) {
      const before = await reads.find('credentialReport', account, 'report')
      if (before && isFresh(before, now)) return () => ({ State: 'COMPLETE' as const })
      if (running.has(account)) return () => ({ State: 'INPROGRESS' as const })
      running.add(account)
      try {
        const of = { account, partition: caller.partition, now }
        const content = await reportText(of, { reads, keyUses })
        return async (_foundAgain, writes) => {
          const createdAt = now.toISOString()
          const record = { account, createdAt, managedBy: 'api' as const }
          for (const [key, text] of [
            ['report', ''],
            ['content', content],
          ] as const) {
            await writes.remove('credentialReport', account, key)
            await writes.insert('credentialReport', account, key, { ...record, content: text })
          }
          return {
            State: 'STARTED' as const,
            Description: 'No report exists. Starting a new report generation task',
          }
        }
      } finally {
        running.delete(account)
      }
    },
  })
}

/**
 * By record, which is the same object while the store caches it: a report may have megabytes, and
 * is read again and again.
 */
const contents = new WeakMap<CredentialReportRecord, Buffer>()

/** The text stands in a record of its own, so that asking whether there is one costs little. */
async function contentOf(report: CredentialReportRecord, reads: Reads): Promise<Buffer> {
  const known = contents.get(report)
  if (known) return known
  const whole = await reads.find('credentialReport', report.account, 'content')
  const content = Buffer.from(whole?.content ?? report.content)
  contents.set(report, content)
  return content
}

const getCredentialReport = operation(iamModel('GetCredentialReport'), {
  authorize: () => ({ resource: '*' }),

  async handle(_input, { account, now, fault }, _found, reads) {
    const report = await reads.find('credentialReport', account, 'report')
    if (!report)
      throw fault('ReportNotPresent', 'No report exists. Call GenerateCredentialReport first.')
    if (!isFresh(report, now))
      throw fault('ReportExpired', 'The report has expired. Call GenerateCredentialReport again.')
    return {
      Content: await contentOf(report, reads),
      ReportFormat: 'text/csv' as const,
      GeneratedTime: new Date(report.createdAt),
    }
  },
})

export function credentialReportOperations(ports: {
  readonly keyUses: Pick<KeyUses, 'find'>
}): readonly AnyOperation[] {
  return [generateCredentialReport(ports), getCredentialReport]
}
