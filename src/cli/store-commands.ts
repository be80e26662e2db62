import type { Command } from 'commander'
import { type CommandPorts, configOption, jsonOption } from './command-ports.ts'
import type { StoreCopyAsked } from './store-copy.ts'

const storeForms =
  '`sqlite:PATH`, `postgres://user@host:5432/database` (password: PGPASSWORD), or `config:FILE`'

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
  const store = program.command('store').description('the store that Gatehouse keeps everything in')
  store
    .command('copy')
    .description('copy a store into another that is empty, also of another kind, and compare them')
    .requiredOption('--from <store>', storeForms)
    .requiredOption('--to <store>', 'likewise')
    .option(...jsonOption)
    .action(async (asked: StoreCopyAsked) => {
      const { storeCopy } = await import('./store-copy.ts')
      done(await storeCopy(asked, env, output))
    })
}
