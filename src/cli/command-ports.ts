import { Option } from 'commander'
import type { Environment } from '../config/references.ts'
import type { Output } from './check.ts'

/** The ports that every command is declared with. */
export interface CommandPorts {
  readonly env: Environment
  readonly output: Output
  /** The whole command line; absent where commands are only described. */
  readonly argv?: readonly string[] | undefined
  /** Gatehouse's own folder, which holds the demo's files. */
  readonly home: string
  /** Receives the exit code of the command that ran. */
  readonly done: (code: number) => void
}

/** The option of every command that reads the settings. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'settings file (YAML); `-` is standard input')
    .env('GATEHOUSE_CONFIG')
    .default('gatehouse.yaml')
}

/** The option of every command that can answer a program. */
export const jsonOption = ['--json', 'print JSON'] as const
