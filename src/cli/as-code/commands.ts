import { type Command, Option } from 'commander'
import type { CommandPorts } from '../command-ports.ts'
import type { ApplyAsked } from './apply.ts'
import type { ExportAsked } from './export.ts'

const gather = (value: string, before: readonly string[] = []) => [...before, value]
const endpoint = () =>
  new Option(
    '-e, --endpoint <url>',
    'address; absent: AWS_ENDPOINT_URL, or where you are signed in',
  ).env('GATEHOUSE_ENDPOINT')
const role = ['--role <name>', 'role to take in accounts that the credentials are not of'] as const

/**
 * `gatehouse export` and `gatehouse apply`: entities of accounts as files. They call with the
 * credentials of the environment or the profile, as the AWS CLI does.
 */
export function addAsCodeCommands(program: Command, { env, output, done }: CommandPorts): void {
  program
    .command('export')
    .description('write the users, groups, roles, policies and providers of an account as files')
    .argument('<folder>', 'gets a folder for each account')
    .addOption(endpoint())
    .option('-a, --account <id>', "account; again for more; absent: the credentials'", gather)
    .option(...role)
    .addOption(
      new Option('--format <format>', 'of the files').choices(['yaml', 'json']).default('yaml'),
    )
    .option('--replace', 'put the account in the place of what is there')
    .option('--from-aws <file>', 'read what `aws iam get-account-authorization-details` wrote')
    .action(async (folder: string, asked: ExportAsked) => {
      const { exportCommand } = await import('./export.ts')
      done(await exportCommand(folder, asked, env, output))
    })
  program
    .command('apply')
    .description('make accounts what their files say: all changes of an account, or none')
    .requiredOption('-f, --folder <folder>', 'as `export` writes it')
    .addOption(endpoint())
    .option('-a, --account <id>', 'only this account; again for more', gather)
    .option(...role)
    .option('--dry-run', 'try everything and keep nothing; exit code 2 if there is a difference')
    .option('-y, --yes', 'do not ask')
    .option('--prune', 'remove entities that the folder does not have')
    .option('--in-parts', 'several transactions, where one takes fewer changes than there are')
    .action(async (asked: ApplyAsked) => {
      const { applyCommand } = await import('./apply.ts')
      done(await applyCommand(asked, env, output))
    })
}
