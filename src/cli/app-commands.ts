import type { Command } from 'commander'
import type { AppsAsked } from './apps.ts'
import { type CommandPorts, configOption, jsonOption } from './command-ports.ts'

type Given = Pick<AppsAsked, 'config' | 'json'>

/** Adds the commands with which an operator lets apps register themselves, and removes them. */
export function addAppCommands(program: Command, { env, output, done }: CommandPorts): void {
  const apps = program.command('apps').description('apps that register themselves')
  const appsCommand = async (asked: AppsAsked) =>
    done(await (await import('./apps.ts')).appsCommand(asked, env, output))
  apps
    .command('invite')
    .description('print a token that registers one app within an hour')
    .addOption(configOption())
    .option(...jsonOption)
    .action((asked: Given) => appsCommand({ ...asked, verb: 'invite' }))
  apps
    .command('list')
    .description('show the apps that registered themselves')
    .addOption(configOption())
    .option(...jsonOption)
    .action((asked: Given) => appsCommand({ ...asked, verb: 'list' }))
  apps
    .command('remove')
    .description('remove an app, and end what it was given')
    .argument('<id>', 'the client id, as `gatehouse apps list` shows it')
    .addOption(configOption())
    .action((id: string, asked: Given) => appsCommand({ ...asked, verb: 'remove', id }))
}
