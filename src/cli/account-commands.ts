import type { Command } from 'commander'
import type { AccountsAsked } from './accounts.ts'
import { type CommandPorts, configOption, jsonOption } from './command-ports.ts'

type Given = Pick<AccountsAsked, 'config' | 'json'>
type Opening = Given & Pick<AccountsAsked, 'alias' | 'partition' | 'rootManagedBy'>

/** Adds the commands with which an operator opens and closes accounts beside the settings'. */
export function addAccountCommands(program: Command, { env, output, done }: CommandPorts): void {
  const accounts = program
    .command('accounts')
    .description('accounts beside those of the settings file')
  const accountsCommand = async (asked: AccountsAsked) =>
    done(await (await import('./accounts.ts')).accountsCommand(asked, env, output))
  accounts
    .command('open')
    .description('open an account, or a closed one again, and print a key of its root once')
    .argument('[id]', '12 digits; absent: random ones')
    .addOption(configOption())
    .option('--alias <alias>', 'readable name, which no other account has')
    .option('--partition <partition>', 'first part of every ARN; absent: aws')
    .option(
      '--root-managed-by <account>',
      'the account whose principals do root tasks in it by AssumeRoot; its root gets no key',
    )
    .option(...jsonOption)
    .action((id: string | undefined, asked: Opening) =>
      accountsCommand({ ...asked, verb: 'open', id }),
    )
  accounts
    .command('close')
    .description('end every call of the account at once, and keep what it holds')
    .argument('<id>', '12 digits, as `gatehouse accounts list` shows them')
    .addOption(configOption())
    .action((id: string, asked: Given) => accountsCommand({ ...asked, verb: 'close', id }))
  accounts
    .command('list')
    .description('show the accounts of the store')
    .addOption(configOption())
    .option(...jsonOption)
    .action((asked: Given) => accountsCommand({ ...asked, verb: 'list' }))
}
