import { createReadStream, createWriteStream, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { isCancel, password, text } from '@clack/prompts'

export interface Terminal extends Disposable {
  ask(message: string): Promise<string>
  /** Nothing that is typed is shown. */
  askSecret(message: string): Promise<string>
}

/**
 * The person's own terminal, whatever standard input and output are: those may belong to a program that called us.
 * Throws an error that tells `otherwise` when there is none; its questions throw `cancelled` on Ctrl-C.
 */
export function openTerminal(otherwise: string): Terminal {
  let fd: number
  try {
    fd = openSync('/dev/tty', 'r+')
  } catch {
    throw new Error(`there is no terminal to ask in: ${otherwise}`)
  }
  const input = process.stdin.isTTY ? new ReadStream(fd) : (createReadStream('/dev/tty') as unknown as ReadStream)
  const output = createWriteStream('/dev/tty')
  return {
    ask: async (message) => answerOf(await text({ message, input, output })),
    askSecret: async (message) => answerOf(await password({ message, input, output })),
    [Symbol.dispose]() {
      input.destroy()
      output.end()
    },
  }
}

function answerOf(answer: unknown): string {
  if (isCancel(answer) || typeof answer !== 'string') throw new Error('cancelled')
  return answer
}
