import type { Command } from 'commander'
import { type CommandPorts, configOption, jsonOption } from './command-ports.ts'
import type { KeysAsked } from './keys.ts'
import type { RevokeAsked } from './revoke.ts'

/**
 * Adds the commands with which a security engineer rotates and retires keys and revokes sessions.
 */
export function addKeyCommands(program: Command, ports: CommandPorts): void {
  addKeys(program, ports)
  addRevoke(program, ports)
}

const theKey = 'the key, as `gatehouse keys list` shows it; one that starts with `-` after a `--`'

type Given = Pick<KeysAsked, 'config' | 'json'>

function addKeys(program: Command, { env, output, done }: CommandPorts): void {
  const keys = program
    .command('keys')
    .description(
      'the key ring that seals session tokens and secrets, ' +
        'and the keys that sign tokens for others',
    )
  const keysCommand = async (asked: KeysAsked) =>
    done(await (await import('./keys.ts')).keysCommand(asked, env, output))
  keys
    .command('list')
    .description('show the keys')
    .addOption(configOption())
    .option(...jsonOption)
    .action((asked: Given) => keysCommand({ ...asked, verb: 'list' }))
  keys
    .command('rotate')
    .description('let a new key seal and sign; what the older ones made lives on')
    .addOption(configOption())
    .option(...jsonOption)
    .action((asked: Given) => keysCommand({ ...asked, verb: 'rotate' }))
  keys
    .command('retire')
    .description(
      'end every session token that a ring key sealed, ' +
        'or stop publishing a signing key, at once',
    )
    .argument('<id>', theKey)
    .addOption(configOption())
    .option(...jsonOption)
    .action((id: string, asked: Given) => keysCommand({ ...asked, verb: 'retire', id }))
}

function addRevoke(program: Command, { env, output, done }: CommandPorts): void {
  program
    .command('revoke')
    .description(
      'end sessions that were issued until now, or until an instant: ' +
        'of one person, role, rule, …',
    )
    .addOption(configOption())
    .requiredOption(
      '-s, --scope <scope>',
      'session, person, username, connector, certificate, rule, role, user or everything',
    )
    .option('-t, --target <name>', 'which one', '')
    .option('-a, --account <id>', 'only sessions of this account (12 digits)')
    .option('-b, --before <instant>', 'ISO 8601; absent: now')
    .action(async ({ config, ...asked }: RevokeAsked & { config: string }) => {
      const { revokeCommand } = await import('./revoke.ts')
      done(await revokeCommand(config, asked, env, output))
    })
}
