import { open } from 'node:fs/promises'
import { commandOutput } from './command-output.ts'

/** A secret itself, or where it is read: a file, an environment variable or a program's output. */
export type SecretSource =
  | string
  | { readonly file: string }
  | { readonly env: string }
  | { readonly command: readonly string[] }

const mostBytes = 4096

/**
 * Reads a secret anew, without one trailing newline. Rejects when it is missing, empty or longer
 * than 4 KiB; the error has nothing of it.
 */
export async function readSecret(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const secret = (await textOf(source, env))?.replace(/\r?\n$/, '')
  if (secret === undefined || secret === '') throw new Error(`${nameOf(source)} holds nothing`)
  if (secret.length > mostBytes) throw new Error(`${nameOf(source)} holds too much for a secret`)
  return secret
}

async function textOf(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (typeof source === 'string') return source
  if ('env' in source) return env[source.env]
  if ('command' in source) return commandOutput(source.command)
  await using file = await open(source.file)
  // One more than is allowed tells that there is more.
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(mostBytes + 2) })
  return buffer.toString('utf8', 0, bytesRead)
}

function nameOf(source: SecretSource): string {
  if (typeof source === 'string') return 'the setting'
  if ('env' in source) return `the environment variable \`${source.env}\``
  return 'file' in source ? `the file \`${source.file}\`` : `the output of \`${source.command[0]}\``
}
