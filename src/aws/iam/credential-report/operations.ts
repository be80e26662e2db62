import type { KeyUses } from '../../../sessions/key-uses.ts'
import type { CredentialReportRecord } from '../../../store/records.ts'
import type { Reads } from '../../../store/store.ts'
import { type AnyOperation, operation } from '../../operation.ts'
import { iamModel } from '../iam-model.ts'
import { findReport, reportContent, writeReport } from './kept-report.ts'
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
      const before = await findReport(account, reads)
      if (before && isFresh(before, now)) return () => ({ State: 'COMPLETE' as const })
      if (running.has(account)) return () => ({ State: 'INPROGRESS' as const })
      running.add(account)
      try {
        const of = { account, partition: caller.partition, now }
        const content = await reportText(of, { reads, keyUses })
        return async (_foundAgain, writes) => {
          await writeReport(writes, { account, createdAt: now.toISOString(), content })
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

async function contentOf(
  report: CredentialReportRecord,
  reads: Reads,
): Promise<Buffer | undefined> {
  const known = contents.get(report)
  if (known) return known
  const text = await reportContent(report, reads)
  if (text === undefined) return undefined
  const content = Buffer.from(text)
  contents.set(report, content)
  return content
}

const getCredentialReport = operation(iamModel('GetCredentialReport'), {
  authorize: () => ({ resource: '*' }),

  async handle(_input, { account, now, fault }, _found, reads) {
    const report = await findReport(account, reads)
    if (!report)
      throw fault('ReportNotPresent', 'No report exists. Call GenerateCredentialReport first.')
    if (!isFresh(report, now))
      throw fault('ReportExpired', 'The report has expired. Call GenerateCredentialReport again.')
    const Content = await contentOf(report, reads)
    if (!Content) throw fault('ReportInProgress', 'Report generation is in progress.')
    return {
      Content,
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
