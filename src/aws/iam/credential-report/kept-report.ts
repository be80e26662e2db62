import { setImmediate } from 'node:timers/promises'
import type { CredentialReportRecord } from '../../../store/records.ts'
import type { Reads, Writes } from '../../../store/store.ts'

const kind = 'credentialReport'
/** Of a report in parts. Older nodes, which know `report` and `content` alone, find none. */
const head = 'parts'
const before = 'report'
const prefix = 'part/'
const partKey = (number: number) => `${prefix}${String(number).padStart(6, '0')}`
/**
 * SQLite reads the whole of a record that it passes on the way to another: no record may have
 * megabytes.
 */
const partCharacters = 8 * 1024
const readAtOnce = 64

/** What is known of an account's report without its text. */
export async function findReport(
  account: string,
  reads: Pick<Reads, 'find'>,
): Promise<CredentialReportRecord | undefined> {
  const [inParts, whole] = await Promise.all([
    reads.find(kind, account, head),
    reads.find(kind, account, before),
  ])
  // An older node may have made one since.
  return inParts && whole && whole.createdAt > inParts.createdAt ? whole : (inParts ?? whole)
}

/** Puts a report in the place of another. */
export async function writeReport(
  writes: Writes,
  {
    account,
    createdAt,
    content,
  }: Pick<CredentialReportRecord, 'account' | 'createdAt' | 'content'>,
): Promise<void> {
  const made = { account, createdAt, managedBy: 'api' as const }
  const old = await writes.find(kind, account, head)
  for (const key of [before, 'content', head]) await writes.remove(kind, account, key)
  for (let number = 0; number < (old?.parts ?? 0); number++)
    await writes.remove(kind, account, partKey(number))
  const parts = Math.ceil(content.length / partCharacters)
  for (let number = 0; number < parts; number++) {
    const from = number * partCharacters
    const part = content.slice(from, from + partCharacters)
    await writes.insert(kind, account, partKey(number), { ...made, content: part })
  }
  await writes.insert(kind, account, head, { ...made, content: '', parts })
}

/** The text of a report, read in slices; undefined while another one takes its place. */
export async function reportContent(
  { account, createdAt, content, parts }: CredentialReportRecord,
  reads: Pick<Reads, 'find' | 'list'>,
): Promise<string | undefined> {
  if (parts === undefined) return (await reads.find(kind, account, 'content'))?.content ?? content
  const texts: string[] = []
  for (let after = prefix; texts.length < parts; await setImmediate()) {
    const rows = await reads.list(kind, account, { after, limit: readAtOnce })
    const found = rows.filter(
      ({ key, record }) => key.startsWith(prefix) && record.createdAt === createdAt,
    )
    if (found.length === 0 || found.length < Math.min(rows.length, parts - texts.length))
      return undefined
    texts.push(...found.map(({ record }) => record.content))
    after = found.at(-1)!.key
  }
  return texts.join('')
}
