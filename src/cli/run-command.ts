import { CommanderError } from 'commander'
import type { Environment } from '../config/references.ts'
import { visibleText } from '../kernel/visible-text.ts'
import type { Output } from './check.ts'
import { createProgram } from './program.ts'
import { Cancelled } from './terminal.ts'

const output: Output = {
  out: (line) => console.log(visibleText(line)),
  err: (line) => console.error(visibleText(line)),
}

/**
 * Runs the command that `argv` names and returns the exit code. `home` is Gatehouse's own folder.
 */
export async function runCommand(
  argv: readonly string[],
  env: Environment,
  home: string,
): Promise<number> {
  let code = 0
  const done = (answer: number) => {
    code = answer
  }
  try {
    const program = await createProgram({ env, output, argv, home, done }, argv[2])
    await program.parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (error instanceof Cancelled) return 130
    output.err(`gatehouse: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
  return code
}
