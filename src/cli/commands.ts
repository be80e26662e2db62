import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { secondsOf } from '../config/parts.ts'
import type { Output } from './check.ts'
import { addPolicyCommands } from './policy/commands.ts'

type Env = NodeJS.ProcessEnv
const output: Output = { out: (line) => console.log(line), err: (line) => console.error(line) }

/**
 * The command line. `home` is Gatehouse's own folder, where the demo's files are. Answers the exit code; each command is
 * loaded when it is asked for.
 */
export async function runCommand(argv: readonly string[], env: Env, home: string): Promise<number> {
  let code = 0
  const program = new Command('gatehouse')
    .description('Federation identity broker and SSO gateway: your directory signs people in, Gatehouse issues temporary credentials')
    .exitOverride()
    .showSuggestionAfterError()

  const configured = (name: string, description: string) =>
    program.command(name).description(description).requiredOption('-c, --config <file>', 'settings file (YAML)')

  configured('serve', 'serve until SIGTERM; SIGHUP reads the file again').action(async ({ config }: { config: string }) => {
    const { run } = await import('./run.ts')
    code = await run(config, { env, output }, ({ address, operationsAddress }) => output.err(`gatehouse listens on ${address}, operations on ${operationsAddress}`))
  })
  configured('check', 'validate a settings file without starting').action(async ({ config }: { config: string }) => {
    const { check } = await import('./check.ts')
    code = await check(config, env, output)
  })
  configured('explain', 'show what the mappings make of an identity')
    .requiredOption('-i, --identity <file>', 'identity (YAML or JSON)')
    .action(async ({ config, identity }: { config: string; identity: string }) => {
      const { explain } = await import('./explain.ts')
      code = await explain(config, identity, env, output)
    })
  program.command('credentials').description('credential_process for the AWS CLI: asks for the password in the terminal, keeps the credentials sealed')
    .requiredOption('-e, --endpoint <url>', 'address of Gatehouse')
    .option('-u, --username <name>', 'who signs in')
    .option('-r, --role <arn>', 'role to take, where several are open')
    .option('-p, --provider <id>', 'connector to ask, where there are several')
    .option('-d, --duration <duration>', 'how long the credentials last: 15m to 12h', duration)
    .action(async ({ endpoint, username, role, provider, duration: durationSeconds }) => {
      const { credentials } = await import('./credentials/credentials.ts')
      code = await credentials({ endpoint, username, role, provider, durationSeconds }, env, process.stdout)
    })
  program.command('narrow').description('make narrower credentials of those in the environment, without a call: for a script, or somebody else\'s tool')
    .option('-p, --policy <file>', 'JSON policy: one more layer that every call has to pass')
    .option('-d, --duration <duration>', 'an earlier end: 1m to 12h from now', duration)
    .option('--env', 'print lines for a shell instead of JSON')
    .action(async (asked: { policy?: string; duration?: number; env?: boolean }) => {
      const { narrowCommand } = await import('./narrow.ts')
      code = await narrowCommand(asked, env, output)
    })
  program.command('hash-password').description('print the hash of a password, for a person of a `file` connector').action(async () => {
    const { hashPasswordCommand } = await import('./hash-password.ts')
    code = await hashPasswordCommand(process.stdin, output)
  })
  const keys = program.command('keys').description('the key ring that seals session tokens and secrets, and the keys that sign tokens for others')
  for (const [verb, description] of [['list', 'show the keys'], ['rotate', 'let a new key seal and sign; what the older ones made lives on'], ['retire', 'end every session token that a ring key sealed, or stop publishing a signing key, at once']] as const) {
    const command = keys.command(verb).description(description).requiredOption('-c, --config <file>', 'settings file (YAML)')
    if (verb === 'retire') command.argument('<id>', 'the key, as `gatehouse keys list` shows it; one that starts with `-` after a `--`')
    command.action(async (...given: unknown[]) => {
      const { keysCommand } = await import('./keys.ts')
      const { config } = command.opts<{ config: string }>()
      code = await keysCommand(config, verb, typeof given[0] === 'string' ? given[0] : '', env, output)
    })
  }
  configured('revoke', 'end sessions that were issued until now, or until an instant: of one person, role, rule, …')
    .requiredOption('-s, --scope <scope>', 'session, person, username, connector, certificate, rule, role, user or everything')
    .option('-t, --target <name>', 'which one', '')
    .option('-a, --account <id>', 'only sessions of this account (12 digits)')
    .option('-b, --before <instant>', 'ISO 8601; absent: now')
    .action(async ({ config, ...asked }: { config: string; scope: string; target: string; account?: string; before?: string }) => {
      const { revokeCommand } = await import('./revoke.ts')
      code = await revokeCommand(config, asked, env, output)
    })
  const saml = program.command('saml').description('why a SAML sign-in was refused')
  saml.command('inspect').description('run every check on a captured response: XML, base64, or the form as it was posted')
    .argument('<file>').requiredOption('-c, --config <file>', 'settings file (YAML)')
    .option('-n, --connector <id>', 'connector to check with; absent: the one that knows the issuer')
    .option('-t, --at <instant>', 'check as if it were then (ISO 8601)')
    .action(async (file: string, asked: { config: string; connector?: string; at?: string }) => {
      const { samlInspect } = await import('./saml-inspect.ts')
      code = await samlInspect(file, asked, env, output)
    })
  saml.command('why').description('explain a refusal by the reference that the person was shown')
    .argument('<reference>').requiredOption('-c, --config <file>', 'settings file (YAML)')
    .action(async (reference: string, { config }: { config: string }) => {
      const { samlWhy } = await import('./saml-why.ts')
      code = await samlWhy(reference, config, env, output)
    })
  const samlConnector = program.command('connector').description('scaffold a connector, change its keys').command('saml').description('a SAML identity provider')
  samlConnector.command('keys').description('the keys that Gatehouse made for a connector: show them, or let the next one sign')
    .argument('<verb>', '`list` or `rotate`').argument('<id>', 'id of the connector').requiredOption('-c, --config <file>', 'settings file (YAML)')
    .action(async (verb: string, id: string, { config }: { config: string }) => {
      const { samlKeys } = await import('./saml-keys.ts')
      code = await samlKeys(config, verb, id, env, output)
    })
  samlConnector.command('add').description('print the settings of a connector for an identity provider\'s metadata')
    .requiredOption('-m, --metadata <file or url>', 'the metadata').requiredOption('-a, --account <id>', 'an account that it serves')
    .option('-i, --id <id>', 'id of the connector', 'idp')
    .action(async (asked: { metadata: string; account: string; id: string }) => {
      const { samlAdd } = await import('./saml-add.ts')
      code = await samlAdd(asked, output)
    })
  addPolicyCommands(program, env, output, (answer) => {
    code = answer
  })
  program.command('demo').description('serve the demo: an account, three people, three roles').action(async () => {
    const [{ run }, { demoFiles }] = await Promise.all([import('./run.ts'), import('./demo.ts')])
    await mkdir(join('data', 'demo'), { recursive: true, mode: 0o700 })
    const { config, text } = demoFiles(home)
    code = await run(config, { env, output, level: 'warn' }, ({ publicUrl }) => output.out(text(publicUrl)))
  })

  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    output.err(`gatehouse: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
  return code
}

function duration(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : secondsOf(text)
  if (seconds > 0 && /^(\d+|(\d+[smhd])+)$/.test(text)) return seconds
  throw new InvalidArgumentError('expected a duration: `15m`, `1h30m`, or a number of seconds')
}
