import type { Command } from 'commander'
import { type CommandPorts, configOption } from './command-ports.ts'

/** `gatehouse why REFERENCE`: explains a refused sign-in, or what a service was answered. */
export function addWhyCommand(program: Command, { env, output, done }: CommandPorts): void {
  program
    .command('why')
    .description('explain a refusal by the reference that was shown')
    .argument('<reference>')
    .addOption(configOption())
    .action(async (reference: string, { config }: { config: string }) => {
      const { why } = await import('./why.ts')
      done(await why(reference, config, env, output))
    })
}
