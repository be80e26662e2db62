import type { Command } from 'commander'
import { type CommandPorts, configOption, jsonOption } from '../command-ports.ts'
import type { AwsCheckAsked } from './check.ts'

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
}
