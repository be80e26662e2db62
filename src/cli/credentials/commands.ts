import { type Command, InvalidArgumentError, Option } from 'commander'
import { secondsOf } from '../../kernel/duration-text.ts'
import type { CommandPorts } from '../command-ports.ts'

interface Given {
  readonly endpoint?: string
  readonly username?: string
  readonly provider?: string
  readonly duration?: number
  readonly refresh?: boolean
}

/** Adds the commands that employees and scripts use for credentials and passwords. */
export function addCredentialCommands(program: Command, ports: CommandPorts): void {
  addCredentials(program, ports)
  addRoleCommands(program, ports)
  addSecretCommands(program, ports)
}

/** Adds the options that say who signs in, and where. */
function signingIn(command: Command): Command {
  return (
    command
      // Not a required option: what stands below the command does not need it.
      .addOption(
        new Option('-e, --endpoint <url>', 'address; absent: the one you are signed in at').env(
          'GATEHOUSE_ENDPOINT',
        ),
      )
      .addOption(
        new Option('-u, --username <name>', 'who signs in with a password').env(
          'GATEHOUSE_USERNAME',
        ),
      )
      .option('-p, --provider <id>', 'connector to ask, where there are several')
      .option('-d, --duration <duration>', 'how long the credentials last: 15m to 12h', duration)
      .option('--refresh', 'leave the kept credentials and refusals alone, and sign in again')
  )
}

/** Turns the options of `signingIn` into what is asked of Gatehouse. */
async function askedBy<T extends Given>(
  role: string | undefined,
  given: T,
  env: CommandPorts['env'],
) {
  const { duration: durationSeconds, ...rest } = given
  const { endpointOr } = await import('../sign-in/endpoint.ts')
  return { ...rest, endpoint: await endpointOr(given.endpoint, env), role, durationSeconds }
}

const roleHelp = 'ARN, NAME or ACCOUNT/NAME; with a password the ARN'

function addCredentials(program: Command, { env, output, done }: CommandPorts): void {
  const credentials = signingIn(
    program
      .command('credentials')
      .description(
        'credential_process for the AWS CLI, for who ran `gatehouse login`: keeps the ' +
          'credentials sealed. With --username it asks for the password in the terminal',
      ),
  )
    .option('-r, --role <role>', `role to take, where several are open: ${roleHelp}`)
    .action(async ({ role, ...given }: Given & { role?: string }) => {
      const asked = await askedBy(role, given, env)
      done(await (await import('./credentials.ts')).credentials(asked, env, process.stdout))
    })
  credentials
    .command('clear')
    .description('forget all kept credentials and refusals; sessions live on until they end')
    .action(async () =>
      done(await (await import('./credentials.ts')).clearCredentials(env, output)),
    )
}

/** Adds the commands that do something with a role, once its credentials are there. */
function addRoleCommands(program: Command, { env, output, argv, done }: CommandPorts): void {
  signingIn(
    program
      .command('exec')
      .description('run a program with credentials of a role in its environment'),
  )
    .usage('[options] [role] -- <command...>')
    .argument('[words...]', `role (${roleHelp}; absent: chosen), then the program after \`--\``)
    .option('--region <name>', "region for the program; absent: the environment's, or us-east-1")
    .action(async (words: string[], given: Given & { region?: string }) => {
      const { role, command } = roleAndCommand(words, argv ?? [])
      const asked = await askedBy(role, given, env)
      done(await (await import('./exec.ts')).execCommand(command, asked, env))
    })
  signingIn(
    program.command('console').description('open the web console with a role, in the browser'),
  )
    .argument('[role]', `${roleHelp}; absent: chosen`)
    .option('--print', 'print the address, which can be used once, instead of opening it')
    .option('--to <address>', 'the page of the console to open')
    .action(async (role: string | undefined, given: Given & { print?: boolean; to?: string }) => {
      const asked = await askedBy(role, given, env)
      done(await (await import('./open-console.ts')).openConsoleCommand(asked, env, output))
    })
}

/** What stands before the two dashes is the role; without them, the first word. */
function roleAndCommand(words: readonly string[], argv: readonly string[]) {
  const dashes = argv.indexOf('--')
  const after = dashes < 0 ? Math.max(words.length - 1, 0) : argv.length - dashes - 1
  const before = words.slice(0, words.length - after)
  const command = words.slice(words.length - after)
  if (before.length > 1 || command.length === 0)
    throw new Error('write `gatehouse exec ROLE -- PROGRAM …`, or leave ROLE out to choose one')
  return { role: before[0], command }
}

function addSecretCommands(program: Command, { env, output, done }: CommandPorts): void {
  program
    .command('narrow')
    .description(
      'make narrower credentials of those in the environment, without a call: ' +
        "for a script, or somebody else's tool",
    )
    .option('-p, --policy <file>', 'JSON policy: one more layer that every call has to pass')
    .option('-d, --duration <duration>', 'an earlier end: 1m to 12h from now', duration)
    .option('--env', 'print lines for a shell instead of JSON')
    .action(async (asked: { policy?: string; duration?: number; env?: boolean }) => {
      const { narrowCommand } = await import('../narrow.ts')
      done(await narrowCommand(asked, env, output))
    })
  program
    .command('hash-password')
    .description('print the hash of a password, for a person of a `file` connector')
    .action(async () => {
      const { hashPasswordCommand } = await import('../hash-password.ts')
      done(await hashPasswordCommand(process.stdin, output))
    })
}

function duration(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : secondsOf(text)
  if (seconds > 0 && /^(\d+|(\d+[smhd])+)$/.test(text)) return seconds
  throw new InvalidArgumentError('expected a duration: `15m`, `1h30m`, or a number of seconds')
}
