import { text } from 'node:stream/consumers'
import { unfitCredentials } from '../connectors/unfit-credentials.ts'
import { hashPassword } from '../kernel/argon2id.ts'
import type { Output } from './check.ts'
import { openTerminal } from './terminal.ts'

/**
 * `gatehouse hash-password`: prints the argon2id hash for a person of a `file` connector. Prompts
 * twice in a terminal; otherwise reads standard input, without its last line end. Exit codes: 0
 * printed, 1 no usable password.
 */
export async function hashPasswordCommand(
  stdin: NodeJS.ReadStream,
  { out, err }: Output,
): Promise<number> {
  const password = stdin.isTTY ? await askTwice() : (await text(stdin)).replace(/\r?\n$/, '')
  const unfit =
    password === undefined ? 'the two are not the same' : unfitCredentials('anyone', password)
  if (password === undefined || unfit !== undefined) {
    err(`this password cannot be used: ${unfit}`)
    return 1
  }
  out(await hashPassword(password))
  return 0
}

async function askTwice(): Promise<string | undefined> {
  using terminal = await openTerminal('give the password on standard input')
  const first = await terminal.askSecret('Password')
  return first === (await terminal.askSecret('Once more')) ? first : undefined
}
