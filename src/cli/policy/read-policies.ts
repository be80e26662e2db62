import { readFile } from 'node:fs/promises'
import { standardInput } from '../../config/standard-input.ts'
import { type Policy, type PolicyKind, parsePolicy } from '../../policy/index.ts'
import type { Output } from '../check.ts'

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text',
}

/**
 * Returns the text of a file; `-` is standard input. Returns undefined, and reports it, when it
 * can't be read or is not UTF-8.
 */
export async function readText(
  path: string,
  { err }: Pick<Output, 'err'>,
): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      path === '-' ? await standardInput() : await readFile(path),
    )
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    err(`${path}: ${unreadable[code ?? ''] ?? `cannot be read: ${code ?? 'unknown reason'}`}`)
    return undefined
  }
}

/**
 * Reads policies from files and names each after its file. Returns undefined when one can't be read
 * or is refused, and reports it as `file:line:column: what`.
 */
export async function readPolicies(
  paths: readonly string[],
  kind: PolicyKind | undefined,
  output: Output,
): Promise<readonly Policy[] | undefined> {
  const policies: Policy[] = []
  let whole = true
  for (const path of paths) {
    const text = await readText(path, output)
    const parsed =
      text === undefined ? undefined : parsePolicy(kind ?? guessedKind(text), path, text)
    if (parsed?.ok) policies.push(parsed.policy)
    else whole = false
    if (parsed && !parsed.ok)
      for (const { line, column, message } of parsed.problems)
        output.err(`${path}:${line}:${column}: ${message}`)
  }
  return whole ? policies : undefined
}

/**
 * Guesses the kind: a policy with a Principal is a resource policy, or a trust policy when it names
 * no resource; any other is an identity policy.
 */
export function guessedKind(text: string): PolicyKind {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return 'identity'
  }
  const statements = [(document as { Statement?: unknown } | null)?.Statement]
    .flat()
    .filter((one) => typeof one === 'object' && one !== null)
  if (!statements.some((one) => 'Principal' in one || 'NotPrincipal' in one)) return 'identity'
  return statements.some((one) => 'Resource' in one || 'NotResource' in one) ? 'resource' : 'trust'
}
