import type { Command } from 'commander'
import { type CommandPorts, configOption } from './command-ports.ts'

/** Adds the commands with which an operator backs the store up and brings it back. */
export function addStoreCommands(program: Command, { env, output, done }: CommandPorts): void {
  program
    .command('backup')
    .description('copy the store into a file, also while Gatehouse serves from it, and check it')
    .argument('<file>', 'the backup, which is not there yet')
    .addOption(configOption())
    .action(async (file: string, { config }: { config: string }) => {
      const { backup } = await import('./copy-store.ts')
      done(await backup({ config, file }, env, output))
    })
  program
    .command('restore')
    .description('check a backup and put it where the settings want the store')
    .argument('<file>', 'the backup')
    .addOption(configOption())
    .action(async (file: string, { config }: { config: string }) => {
      const { restore } = await import('./copy-store.ts')
      done(await restore({ config, file }, env, output))
    })
}
