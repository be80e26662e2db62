import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { CheckOptions } from './check.ts'
import { type CommandPorts, configOption, jsonOption } from './command-ports.ts'
import type { ExplainAsked } from './explain.ts'
import type { ReplayAsked } from './replay/replay.ts'

const newStoreOption = [
  '--new-store',
  'begin an empty store where there is none, though its root key is there',
] as const

/** Adds `gatehouse serve`, and the commands that read its settings without serving. */
export function addServeCommands(program: Command, { env, output, done }: CommandPorts): void {
  program
    .command('serve')
    .description('serve until SIGTERM; SIGHUP reads the file again')
    .addOption(configOption())
    .option(...newStoreOption)
    .action(async ({ config, newStore }: { config: string; newStore?: boolean }) => {
      if (config === '-') throw new Error('serve reads its file again at a reload: name a file')
      const { run } = await import('./run.ts')
      const code = await run(config, { env, output, newStore }, ({ address, operationsAddress }) =>
        output.err(`gatehouse listens on ${address}, operations on ${operationsAddress}`),
      )
      done(code)
    })
  program
    .command('check')
    .description('validate a settings file without starting')
    .addOption(configOption())
    .option('--connect', 'ask the directories too: servers, bases, filters and attributes')
    .option(...jsonOption)
    .action(async ({ config, ...options }: CheckOptions & { config: string }) => {
      const { check } = await import('./check.ts')
      done(await check(config, env, output, options))
    })
  program
    .command('explain')
    .description('show what the mappings make of an identity')
    .addOption(configOption())
    .requiredOption('-i, --identity <file>', 'identity (YAML or JSON); `-` is standard input')
    .option(...jsonOption)
    .action(async (asked: ExplainAsked) => {
      const { explain } = await import('./explain.ts')
      done(await explain(asked, env, output))
    })
  program
    .command('replay')
    .description('show what edited settings would change for people who signed in lately')
    .addOption(configOption())
    .requiredOption('-w, --with <file>', 'the edited settings file')
    .option('--days <number>', 'people who signed in within so many days', '30')
    .option('--source-ip <address>', 'where people are taken to sign in from', '127.0.0.1')
    .option(...jsonOption)
    .action(async (asked: ReplayAsked) => {
      const { replay } = await import('./replay/replay.ts')
      done(await replay(asked, env, output))
    })
}

/** Adds `gatehouse demo`, which is the last in the list that `--help` prints. */
export function addDemoCommand(program: Command, ports: CommandPorts): void {
  const { env, output, home, done } = ports
  program
    .command('demo')
    .description('serve the demo: an account, three people, three roles')
    .option(...newStoreOption)
    .action(async ({ newStore }: { newStore?: boolean }) => {
      const [{ run }, { demoFiles }] = await Promise.all([import('./run.ts'), import('./demo.ts')])
      await mkdir(join('data', 'demo'), { recursive: true, mode: 0o700 })
      const { config, text } = demoFiles(home)
      const code = await run(config, { env, output, level: 'warn', newStore }, ({ publicUrl }) =>
        output.out(text(publicUrl)),
      )
      done(code)
    })
}
