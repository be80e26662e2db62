import { Command, CommanderError } from 'commander'
import { version } from '../config/version.ts'
import type { CommandPorts } from './command-ports.ts'
import { addHelpTexts } from './help-texts.ts'

interface Group {
  /** The first words of its commands. */
  readonly words: readonly string[]
  /** Loads the code that declares them. */
  readonly load: () => Promise<(program: Command, ports: CommandPorts) => void>
}

/** In the order in which `--help` lists the commands. */
export const groups: readonly Group[] = [
  { words: ['init'], load: async () => (await import('./init/commands.ts')).addInitCommands },
  {
    words: ['serve', 'check', 'explain', 'replay'],
    load: async () => (await import('./serve-commands.ts')).addServeCommands,
  },
  {
    words: ['credentials', 'exec', 'console', 'narrow', 'hash-password'],
    load: async () => (await import('./credentials/commands.ts')).addCredentialCommands,
  },
  {
    words: ['login', 'logout', 'roles', 'configure'],
    load: async () => (await import('./sign-in/commands.ts')).addSignInCommands,
  },
  {
    words: ['keys', 'revoke'],
    load: async () => (await import('./key-commands.ts')).addKeyCommands,
  },
  { words: ['mfa'], load: async () => (await import('./mfa-commands.ts')).addMfaCommands },
  {
    words: ['accounts'],
    load: async () => (await import('./account-commands.ts')).addAccountCommands,
  },
  {
    words: ['export', 'apply'],
    load: async () => (await import('./as-code/commands.ts')).addAsCodeCommands,
  },
  {
    words: ['backup', 'restore', 'store'],
    load: async () => (await import('./store-commands.ts')).addStoreCommands,
  },
  { words: ['apps'], load: async () => (await import('./app-commands.ts')).addAppCommands },
  { words: ['why'], load: async () => (await import('./why-command.ts')).addWhyCommand },
  { words: ['saml'], load: async () => (await import('./saml/commands.ts')).addSamlCommands },
  {
    words: ['connector'],
    load: async () => (await import('./connector/commands.ts')).addConnectorCommands,
  },
  { words: ['aws'], load: async () => (await import('./aws/commands.ts')).addAwsCommands },
  { words: ['policy'], load: async () => (await import('./policy/commands.ts')).addPolicyCommands },
  {
    words: ['completion'],
    load: async () => (await import('./completion.ts')).addCompletionCommand,
  },
  { words: ['demo'], load: async () => (await import('./serve-commands.ts')).addDemoCommand },
]

/**
 * Declares the commands, without parsing: those of the group that `word` begins, which is all that
 * its call and its help need, or every command where it begins none. `completion` describes all.
 * Each command loads its own code when it runs, so that none waits for the code of the others.
 * Parsing throws CommanderError instead of ending the process.
 */
export async function createProgram(ports: CommandPorts, word?: string): Promise<Command> {
  const program = new Command('gatehouse')
    .description(
      'Federation identity broker and SSO gateway: ' +
        'your directory signs people in, Gatehouse issues temporary credentials',
    )
    .exitOverride()
    .showSuggestionAfterError()
    .option('-V, --version', 'print the version')
    .on('option:version', () => {
      ports.output.out(version(ports.home))
      throw new CommanderError(0, 'commander.version', '')
    })
  const called = groups.find(({ words }) => word !== undefined && words.includes(word))
  const declared = called === undefined || word === 'completion' ? groups : [called]
  for (const { load } of declared) (await load())(program, ports)
  addHelpTexts(program, ports.home)
  return program
}
