import { type Command, CommanderError, Option } from 'commander'
import type { Environment } from '../../config/references.ts'
import type { Output } from '../check.ts'
import type { DiffFilesOptions } from './diff.ts'
import type { ExplainOptions } from './explain.ts'
import type { SimulateOptions } from './simulate.ts'
import type { SummarizeOptions } from './summarize.ts'
import type { ValidateOptions } from './validate.ts'
import type { WhatCanOptions, WhoCanOptions } from './who-can.ts'

const kinds = ['identity', 'resource', 'trust', 'boundary', 'session', 'service-control', 'resource-control']
const kind = () => new Option('-k, --kind <kind>', 'kind of policy; absent: what it looks like').choices(kinds)
const json = ['--json', 'print JSON'] as const
const gather = (value: string, before: readonly string[]) => [...before, value]

/**
 * `gatehouse policy …`: each command is loaded when it is asked for. `done` takes its exit code: 0 fine, 1 a problem found, 2
 * something can't be used.
 */
export function addPolicyCommands(program: Command, env: Environment, output: Output, done: (code: number) => void): void {
  const policy = program
    .command('policy')
    .description('check, explain and compare policies, offline; exit codes: 0 fine, 1 a problem found, 2 something cannot be used')
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message)
    })
  const answer = async (work: () => Promise<number>) => {
    try {
      done(await work())
    } catch (error) {
      output.err(`gatehouse: ${error instanceof Error ? error.message : String(error)}`)
      done(2)
    }
  }
  policy
    .command('validate')
    .description('say what is wrong, dangerous or superfluous')
    .argument('<file...>', 'policies (JSON); - is the standard input')
    .addOption(kind())
    .option('-a, --account <id>', 'the account it belongs to: others are foreign')
    .addOption(new Option('--holder <holder>', 'where it is kept, for the quota').choices(['managed', 'user', 'group', 'role']))
    .addOption(
      new Option('--fail-on <severity>', 'the mildest severity that is a problem')
        .choices(['error', 'security-warning', 'warning', 'suggestion'])
        .default('security-warning'),
    )
    .option(...json)
    .action(async (files: string[], options: ValidateOptions) =>
      answer(async () => (await import('./validate.ts')).validateFiles(files, options, output)),
    )
  asking(policy.command('explain').description('say why an action is allowed or denied').argument('<file...>', 'identity policies (JSON)'))
    .requiredOption('--action <action>', 'service:Action')
    .option('--resource <arn>', 'the resource', '*')
    .option('--all', 'also statements about other actions')
    .action(async (files: string[], options: ExplainOptions) =>
      answer(async () => (await import('./explain.ts')).explainFiles(files, options, output)),
    )
  asking(policy.command('simulate').description('try actions on resources').argument('<file...>', 'identity policies (JSON)'))
    .requiredOption('--action <action>', 'service:Action; again for more', gather, [])
    .option('--resource <arn>', 'a resource; again for more', gather, [])
    .action(async (files: string[], options: SimulateOptions) =>
      answer(async () => (await import('./simulate.ts')).simulateFiles(files, options, output)),
    )
  policy
    .command('summarize')
    .description('tell what policies allow, by service and access level')
    .argument('<file...>', 'policies (JSON)')
    .addOption(kind())
    .option(...json)
    .action(async (files: string[], options: SummarizeOptions) =>
      answer(async () => (await import('./summarize.ts')).summarizeFiles(files, options, output)),
    )
  policy
    .command('diff')
    .description('tell whether a new policy opens anything')
    .argument('<old>', 'policy (JSON)')
    .argument('<new>', 'policy (JSON)')
    .addOption(kind())
    .option(...json)
    .action(async (before: string, after: string, options: DiffFilesOptions) =>
      answer(async () => (await import('./diff.ts')).diffFiles(before, after, options, output)),
    )
  policy
    .command('who-can')
    .description("tell who of the settings' accounts can do something, and by which roles")
    .requiredOption('-c, --config <file>', 'settings file (YAML)')
    .requiredOption('--action <action>', 'service:Action')
    .option('--resource <arn>', 'the resource', '*')
    .option('--resource-account <id>', 'whose the resource is; absent: as its ARN says')
    .option('--resource-policy <file>', 'policy of the resource')
    .option('--context <key=value>', 'a condition key; again for more', gather, [])
    .option('--only <arn>', 'may do it; again for more: anybody else is a problem', (value: string, before: readonly string[] = []) => [
      ...before,
      value,
    ])
    .option(...json)
    .action(async (options: WhoCanOptions) => answer(async () => (await import('./who-can.ts')).whoCanOf(options, env, output)))
  policy
    .command('what-can')
    .description('tell what a user or role of the settings can do')
    .requiredOption('-c, --config <file>', 'settings file (YAML)')
    .requiredOption('--principal <arn>', 'the user or role')
    .option('--context <key=value>', 'a condition key; again for more', gather, [])
    .option(...json)
    .action(async (options: WhatCanOptions) => answer(async () => (await import('./who-can.ts')).whatCanOf(options, env, output)))
}

function asking(command: Command): Command {
  return command
    .option('--principal <arn>', 'who asks', 'arn:aws:iam::111122223333:user/somebody')
    .option('--resource-account <id>', "whose the resource is; absent: the principal's")
    .option('--context <key=value>', 'a condition key; again for more', gather, [])
    .option('--boundary <file>', 'permissions boundary')
    .option('--session <file>', 'session policy')
    .option('--resource-policy <file>', 'policy of the resource')
    .option(...json)
}
