import type { Command } from 'commander'
import { type CommandPorts, configOption } from '../command-ports.ts'
import type { InspectAsked } from './inspect.ts'

/** `gatehouse saml …`: commands that explain why a SAML sign-in was refused. */
export function addSamlCommands(program: Command, { env, output, done }: CommandPorts): void {
  const saml = program.command('saml').description('why a SAML sign-in was refused')
  saml
    .command('inspect')
    .description(
      'run every check on a captured response: XML, base64, or the form as it was posted',
    )
    .argument('<file>')
    .addOption(configOption())
    .option(
      '-n, --connector <id>',
      'connector to check with; absent: the one that knows the issuer',
    )
    .option('-t, --at <instant>', 'check as if it were then (ISO 8601)')
    .action(async (file: string, asked: InspectAsked) => {
      const { samlInspect } = await import('./inspect.ts')
      done(await samlInspect(file, asked, env, output))
    })
  saml
    .command('why')
    .description('the same as `gatehouse why`')
    .argument('<reference>')
    .addOption(configOption())
    .action(async (reference: string, { config }: { config: string }) => {
      const { why } = await import('../why.ts')
      done(await why(reference, config, env, output))
    })
}
