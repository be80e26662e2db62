import { readFile } from 'node:fs/promises'
import type { Environment } from '../../config/references.ts'
import type { Output } from '../check.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import { type CallingOptions, callsIn, ownCalls } from './called-as.ts'
import { type Format, writeFolder } from './folder.ts'
import { readAccount } from './read-account.ts'

export interface ExportAsked extends CallingOptions {
  /** Ids of accounts; absent: that of the credentials. */
  readonly account?: readonly string[] | undefined
  readonly format: Format
  readonly replace?: boolean | undefined
  /** A file of `aws iam get-account-authorization-details` instead of Gatehouse. */
  readonly fromAws?: string | undefined
}

/**
 * `gatehouse export FOLDER`: writes the entities of accounts as files. Exit codes: 0, or an Error
 * that says what to do.
 */
export async function exportCommand(
  folder: string,
  asked: ExportAsked,
  env: Environment,
  { out, err }: Output,
): Promise<0> {
  const how = { format: asked.format, replace: asked.replace === true }
  const write = async (account: AccountConfiguration) => {
    const count = await writeFolder(folder, account, how)
    out(`${account.account}: ${count} ${count === 1 ? 'entity' : 'entities'}`)
  }
  if (asked.fromAws !== undefined) {
    const { configurationOf } = await import('./from-aws.ts')
    const text = await readFile(asked.fromAws, 'utf8')
    const { configuration, notes } = await configurationOf(text, asked.account?.[0])
    await write(configuration)
    for (const note of notes) err(note)
    return 0
  }
  const own = await ownCalls(asked, env)
  for (const account of asked.account ?? [own.account]) {
    const calls = await callsIn(account, own, asked)
    await write(await readAccount(calls.as, calls))
  }
  return 0
}
