import { type Command, CommanderError, Option } from 'commander'
import { type CommandPorts, configOption, jsonOption } from '../command-ports.ts'
import type { TestOptions } from '../policy-test/test-files.ts'
import type { DiffFilesOptions } from './diff.ts'
import type { ExplainOptions } from './explain.ts'
import type { ReferenceOptions } from './read-reference.ts'
import type { SimulateOptions } from './simulate.ts'
import type { SummarizeOptions } from './summarize.ts'
import type { ValidateOptions } from './validate.ts'
import type { WhatCanOptions, WhoCanOptions } from './who-can.ts'

const kinds = [
  'identity',
  'resource',
  'trust',
  'boundary',
  'session',
  'service-control',
  'resource-control',
]
const kind = () =>
  new Option('-k, --kind <kind>', 'kind of policy; absent: what it looks like').choices(kinds)
const ownServices = [
  '--services <file>',
  'settings file (YAML) that declares your own services',
] as const
const gather = (value: string, before: readonly string[] = []) => [...before, value]
const level = ['service control policy; again for each level', gather] as const
const resourceLevel = ['resource control policy; again for each level', gather] as const

/** The ports of the commands, and a wrapper that turns a command's failure into exit code 2. */
interface PolicyPorts extends CommandPorts {
  readonly answer: (work: () => Promise<number>) => Promise<void>
}

/**
 * `gatehouse policy …`: loads each command only when it runs. Exit codes: 0 fine, 1 a problem
 * found, 2 an input is unusable.
 */
export function addPolicyCommands(program: Command, ports: CommandPorts): void {
  const { output, done } = ports
  const policy = program
    .command('policy')
    .description(
      'check, explain and compare policies, offline; ' +
        'exit codes: 0 fine, 1 a problem found, 2 something cannot be used',
    )
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
  addValidate(policy, { ...ports, answer })
  addQuestions(policy, { ...ports, answer })
  addTests(policy, { ...ports, answer })
  addDescriptions(policy, { ...ports, answer })
  addPossibilities(policy, { ...ports, answer })
}

function addValidate(policy: Command, { env, output, answer }: PolicyPorts): void {
  policy
    .command('validate')
    .description('say what is wrong, dangerous or superfluous')
    .argument('<file...>', 'policies (JSON); - is the standard input')
    .addOption(kind())
    .option('-a, --account <id>', 'the account it belongs to: others are foreign')
    .addOption(
      new Option('--holder <holder>', 'where it is kept, for the quota').choices([
        'managed',
        'user',
        'group',
        'role',
      ]),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the mildest severity that is a problem')
        .choices(['error', 'security-warning', 'warning', 'suggestion'])
        .default('security-warning'),
    )
    .option(...ownServices)
    .option(...jsonOption)
    .action(async (files: string[], options: ValidateOptions) =>
      answer(async () => {
        const { validateFiles } = await import('./validate.ts')
        return validateFiles(files, options, env, output)
      }),
    )
}

/** Adds the commands about one or several requests. */
function addQuestions(policy: Command, { env, output, answer }: PolicyPorts): void {
  asking(
    policy
      .command('explain')
      .description('say why an action is allowed or denied')
      .argument('<file...>', 'identity policies (JSON)'),
  )
    .requiredOption('--action <action>', 'service:Action')
    .option('--resource <arn>', 'the resource', '*')
    .option('--all', 'also statements about other actions')
    .action(async (files: string[], options: ExplainOptions) =>
      answer(async () =>
        (await import('./explain.ts')).explainFiles(files, options, { env, output }),
      ),
    )
  asking(
    policy
      .command('simulate')
      .description('try actions on resources')
      .argument('<file...>', 'identity policies (JSON)'),
  )
    .requiredOption('--action <action>', 'service:Action; again for more', gather, [])
    .option('--resource <arn>', 'a resource; again for more', gather, [])
    .action(async (files: string[], options: SimulateOptions) =>
      answer(async () =>
        (await import('./simulate.ts')).simulateFiles(files, options, { env, output }),
      ),
    )
}

function addTests(policy: Command, { env, output, answer }: PolicyPorts): void {
  policy
    .command('test')
    .description('run files of questions with the answers that are expected; prints TAP')
    .argument('<file...>', 'tests (YAML or JSON); - is the standard input')
    .option('--junit <file>', "write JUnit's XML as well")
    .option(...jsonOption)
    .action(async (files: string[], options: TestOptions) =>
      answer(async () => {
        const { testFiles } = await import('../policy-test/test-files.ts')
        return testFiles(files, options, env, output)
      }),
    )
}

/** Adds the commands about policies themselves. */
function addDescriptions(policy: Command, { env, output, answer }: PolicyPorts): void {
  policy
    .command('summarize')
    .description('tell what policies allow, by service and access level')
    .argument('<file...>', 'policies (JSON)')
    .addOption(kind())
    .option(...ownServices)
    .option(...jsonOption)
    .action(async (files: string[], options: SummarizeOptions) =>
      answer(async () => {
        const { summarizeFiles } = await import('./summarize.ts')
        return summarizeFiles(files, options, env, output)
      }),
    )
  policy
    .command('diff')
    .description('tell whether a new policy opens anything')
    .argument('<old>', 'policy (JSON)')
    .argument('<new>', 'policy (JSON)')
    .addOption(kind())
    .option(...ownServices)
    .option(...jsonOption)
    .action(async (before: string, after: string, options: DiffFilesOptions & ReferenceOptions) =>
      answer(async () => {
        const { readReference } = await import('./read-reference.ts')
        const reference = await readReference(options, env)
        const { diffFiles } = await import('./diff.ts')
        return diffFiles(before, after, { ...options, reference }, output)
      }),
    )
}

/** Adds the commands about all principals of the settings, and all actions. */
function addPossibilities(policy: Command, { env, output, answer }: PolicyPorts): void {
  policy
    .command('who-can')
    .description("tell who of the settings' accounts can do something, and by which roles")
    .addOption(configOption())
    .requiredOption('--action <action>', 'service:Action')
    .option('--resource <arn>', 'the resource', '*')
    .option('--resource-account <id>', 'whose the resource is; absent: as its ARN says')
    .option('--resource-policy <file>', 'policy of the resource')
    .option('--trust <file>', 'trust policy of a role that the settings do not have')
    .option('--service-control <file>', ...level)
    .option('--resource-control <file>', ...resourceLevel)
    .option('--context <key=value>', 'a condition key; again for more', gather, [])
    .option('--only <arn>', 'may do it; again for more: anybody else is a problem', gather)
    .option(...jsonOption)
    .action(async (options: WhoCanOptions) =>
      answer(async () => (await import('./who-can.ts')).whoCanOf(options, env, output)),
    )
  policy
    .command('what-can')
    .description('tell what a user or role of the settings can do')
    .addOption(configOption())
    .requiredOption('--principal <arn>', 'the user or role')
    .option('--context <key=value>', 'a condition key; again for more', gather, [])
    .option(...jsonOption)
    .action(async (options: WhatCanOptions) =>
      answer(async () => (await import('./who-can.ts')).whatCanOf(options, env, output)),
    )
}

function asking(command: Command): Command {
  return command
    .option('--principal <arn>', 'who asks', 'arn:aws:iam::111122223333:user/somebody')
    .option(...ownServices)
    .option('--resource-account <id>', "whose the resource is; absent: the principal's")
    .option('--context <key=value>', 'a condition key; again for more', gather, [])
    .option('--boundary <file>', 'permissions boundary')
    .option('--session <file>', 'session policy')
    .option('--resource-policy <file>', 'policy of the resource')
    .option('--trust <file>', 'trust policy of the role to assume')
    .option('--service-control <file>', ...level)
    .option('--resource-control <file>', ...resourceLevel)
    .addOption(
      new Option(
        '--organization <file>',
        'settings file (YAML) whose organization limits it, instead of those two',
      ).conflicts(['serviceControl', 'resourceControl']),
    )
    .option(...jsonOption)
}
