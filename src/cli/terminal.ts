import { createReadStream, createWriteStream, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'

export interface Terminal extends Disposable {
  ask(message: string): Promise<string>
  /** Prompts without showing what is typed. */
  askSecret(message: string): Promise<string>
  /** Lets the person choose, and narrow the list by typing; `fits` says what words leave in it. */
  choose(
    message: string,
    options: readonly Choosable[],
    fits: (value: string, words: string) => boolean,
  ): Promise<string>
}

interface Choosable {
  readonly value: string
  readonly label: string
  readonly hint?: string | undefined
}

/** What a prompt throws on Ctrl-C; the command ends with exit code 130, as after SIGINT. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled')
    this.name = 'Cancelled'
  }
}

/** The person's own terminal, whatever standard input and output are. */
const [read, write] =
  process.platform === 'win32'
    ? (['\\\\.\\CONIN$', '\\\\.\\CONOUT$'] as const)
    : (['/dev/tty', '/dev/tty'] as const)

/**
 * Opens the person's own terminal, even where standard input and output are redirected: those may
 * belong to a program that called Gatehouse. Throws an error with the text `otherwise` when there
 * is no terminal; prompts throw Cancelled on Ctrl-C.
 */
export async function openTerminal(otherwise: string): Promise<Terminal> {
  let fd: number
  try {
    fd = openSync(read, 'r+')
  } catch {
    throw new Error(`there is no terminal to ask in: ${otherwise}`)
  }
  // Loaded here, since whoever is not asked should not wait for it.
  const { autocomplete, isCancel, password, text } = await import('@clack/prompts')
  const input = process.stdin.isTTY
    ? new ReadStream(fd)
    : (createReadStream(read) as unknown as ReadStream)
  const output = createWriteStream(write)
  const answerOf = (answer: unknown): string => {
    if (isCancel(answer) || typeof answer !== 'string') throw new Cancelled()
    return answer
  }
  return {
    ask: async (message) => answerOf(await text({ message, input, output })),
    askSecret: async (message) => answerOf(await password({ message, input, output })),
    choose: async (message, options, fits) =>
      answerOf(
        await autocomplete({
          message,
          options: options.map(({ value, label, hint }) => ({
            value,
            label,
            ...(hint && { hint }),
          })),
          filter: (words, { value }) => fits(value, words),
          maxItems: 12,
          input,
          output,
        }),
      ),
    [Symbol.dispose]() {
      input.destroy()
      output.end()
    },
  }
}
