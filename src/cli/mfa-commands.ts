import type { Command } from 'commander'
import { type CommandPorts, configOption, jsonOption } from './command-ports.ts'
import type { MfaAsked } from './mfa.ts'
import type { TouchOptions } from './mfa-touch.ts'

type Given = Pick<MfaAsked, 'config' | 'account' | 'json'>

/** Adds the commands for MFA: an operator's for hardware devices, and a user's for a key. */
export function addMfaCommands(program: Command, { env, output, done }: CommandPorts): void {
  const mfa = program
    .command('mfa')
    .description('security keys, and hardware devices that make one-time codes')
  const mfaCommand = async (asked: MfaAsked) =>
    done(await (await import('./mfa.ts')).mfaCommand(asked, env, output))
  const account = ['-a, --account <id>', 'the account that has the devices (12 digits)'] as const
  mfa
    .command('import')
    .description('take the devices of a file (CSV: serial, seed, digits, period), all or none')
    .argument('<file>', 'the file that came with the devices')
    .addOption(configOption())
    .requiredOption(...account)
    .action((file: string, asked: Given) => mfaCommand({ ...asked, verb: 'import', file }))
  mfa
    .command('list')
    .description('show the hardware devices of an account, and who has them')
    .addOption(configOption())
    .requiredOption(...account)
    .option(...jsonOption)
    .action((asked: Given) => mfaCommand({ ...asked, verb: 'list' }))
  mfa
    .command('touch')
    .description(
      'touch your security key in the browser: for who ran `gatehouse login`, credentials have ' +
        'MFA from then on; for an IAM user, prints credentials with MFA as JSON',
    )
    .option('-e, --endpoint <url>', 'address; absent: that of AWS_ENDPOINT_URL, or of the sign-in')
    .option('-r, --role <role>', 'with a sign-in: print credentials of the role as JSON')
    .option('-d, --duration <seconds>', 'how long they last', (text) => Number(text))
    .option('--no-browser', 'open no browser on this computer')
    .action(async (asked: TouchOptions) =>
      done(await (await import('./mfa-touch.ts')).mfaTouchCommand(asked, env, output)),
    )
  mfa
    .command('remove')
    .description('forget a device that nobody has, with its seed')
    .argument('<serial>', 'the number that is printed on it')
    .addOption(configOption())
    .requiredOption(...account)
    .action((serial: string, asked: Given) => mfaCommand({ ...asked, verb: 'remove', serial }))
}
