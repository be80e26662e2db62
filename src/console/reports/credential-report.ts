import { type Call, CallRefusal } from '../call.ts'
import { type CredentialLine, credentialLines } from './credential-lines.ts'

export interface CredentialReport {
  /** In order of name, the root first. */
  readonly lines: readonly CredentialLine[]
  readonly generatedAt: Date
}

interface Known {
  readonly content: Uint8Array
  readonly lines: Promise<readonly CredentialLine[]>
}

/** Reports that are kept as they were read, because one may have a hundred thousand lines. */
const mostKnown = 4
const known = new Map<string, Known>()

/**
 * The credential report of the account, by a call of its own each time: that decides whether it may
 * be seen. Undefined where none was made within four hours. What a report of the same bytes was
 * read as is used again.
 */
export async function readCredentialReport(
  call: Call<'iam:GetCredentialReport'>,
  account: string,
): Promise<CredentialReport | undefined> {
  const found = await original(call)
  if (!found) return undefined
  return { lines: await linesOf(found.content, account), generatedAt: found.generatedAt }
}

const byName = new WeakMap<readonly CredentialLine[], ReadonlyMap<string, CredentialLine>>()

/** The line of a user. */
export function lineOf({ lines }: CredentialReport, name: string): CredentialLine | undefined {
  const known = byName.get(lines) ?? new Map(lines.map((line) => [line.name, line]))
  byName.set(lines, known)
  return known.get(name)
}

/** The report as IAM writes it. */
export async function originalReport(
  call: Call<'iam:GetCredentialReport'>,
): Promise<string | undefined> {
  const found = await original(call)
  return found && Buffer.from(found.content).toString()
}

async function original(call: Call<'iam:GetCredentialReport'>) {
  try {
    const { Content, GeneratedTime } = await call('iam:GetCredentialReport', {})
    return { content: Content ?? new Uint8Array(), generatedAt: GeneratedTime ?? new Date(0) }
  } catch (error) {
    const isAbsent =
      error instanceof CallRefusal && /^Report(NotPresent|Expired)$/.test(codeOf(error))
    if (isAbsent) return undefined
    throw error
  }
}

const codeOf = ({ fault }: CallRefusal): string => fault.code

function linesOf(content: Uint8Array, account: string): Promise<readonly CredentialLine[]> {
  const before = known.get(account)
  known.delete(account)
  const now =
    before && (before.content === content || Buffer.compare(before.content, content) === 0)
      ? before
      : { content, lines: credentialLines(content) }
  known.set(account, now)
  if (known.size > mostKnown) known.delete(known.keys().next().value!)
  return now.lines
}
