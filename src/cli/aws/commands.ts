import type { Command } from 'commander'
import { type CommandPorts, configOption, jsonOption } from '../command-ports.ts'
import type { AwsCheckAsked } from './check.ts'
import type { AwsImportAsked } from './import.ts'

/** `gatehouse aws …`: commands about the accounts of AWS, and other STS, behind accounts here. */
export function addAwsCommands(program: Command, { env, output, done }: CommandPorts): void {
  const aws = program.command('aws').description('AWS accounts behind accounts of the settings')
  aws
    .command('check')
    .description('take every role of them once, and say what is missing on which side')
    .addOption(configOption())
    .option('-a, --account <id>', 'only this account')
    .option(...jsonOption)
    .action(async (asked: AwsCheckAsked) => {
      const { awsCheck } = await import('./check.ts')
      done(await awsCheck(asked, env, output))
    })
  aws
    .command('import')
    .description("print settings that take over an account's roles, and say what they can't")
    .addOption(configOption())
    .requiredOption('-a, --account <id>', 'the account (12 digits)')
    .option('-f, --from <files...>', 'saved answers of the AWS CLI, instead of asking the account')
    .option('-r, --role <arn>', 'role to ask with; absent: the credentials of the upstream')
    .option('--connector <ids...>', 'who may take the roles; absent: who serves the account')
    .option('--group <name>', 'group that gets a role (default: aws-{account}-{role})')
    .option('--region <region>', "of the console (default: the partition's main one)")
    .option('--all', 'also roles that only services and other roles take today')
    .action(async (asked: AwsImportAsked) => {
      const { awsImport } = await import('./import.ts')
      done(await awsImport(asked, env, output))
    })
}
