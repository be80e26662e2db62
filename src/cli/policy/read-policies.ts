import { readFile } from 'node:fs/promises'
import { parsePolicy, type Policy, type PolicyKind } from '../../policy/index.ts'
import type { Output } from '../check.ts'

/** The text of a file; `-` is the standard input. Undefined when it can't be read or is no UTF-8, which is told. */
export async function readText(path: string, { err }: Output): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(path === '-' ? await standardInput() : await readFile(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
          ? 'not UTF-8 text'
          : `cannot be read: ${code ?? 'unknown reason'}`
    err(`${path}: ${why}`)
    return undefined
  }
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Policies of files, each named after its file. Undefined when one can't be read or is refused, which is told as `file:line:column: what`. */
export async function readPolicies(paths: readonly string[], kind: PolicyKind | undefined, output: Output): Promise<readonly Policy[] | undefined> {
  const policies: Policy[] = []
  let whole = true
  for (const path of paths) {
    const text = await readText(path, output)
    const parsed = text === undefined ? undefined : parsePolicy(kind ?? guessedKind(text), path, text)
    if (parsed?.ok) policies.push(parsed.policy)
    else whole = false
    if (parsed && !parsed.ok) for (const { line, column, message } of parsed.problems) output.err(`${path}:${line}:${column}: ${message}`)
  }
  return whole ? policies : undefined
}

/** A policy with a Principal is a resource's, or a role's when it names no resource; any other an identity's. */
export function guessedKind(text: string): PolicyKind {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return 'identity'
  }
  const statements = [(document as { Statement?: unknown } | null)?.Statement].flat().filter((one) => typeof one === 'object' && one !== null)
  if (!statements.some((one) => 'Principal' in one || 'NotPrincipal' in one)) return 'identity'
  return statements.some((one) => 'Resource' in one || 'NotResource' in one) ? 'resource' : 'trust'
}
