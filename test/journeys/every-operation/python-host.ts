import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cleanEnvironment } from '../../peers/require.ts'

/** A Python program that answers each line of JSON with one. */
export interface PythonHost extends AsyncDisposable {
  ask(message: object): Promise<unknown>
}

/**
 * Starts `file` of this folder under Debian's Python, which is where the AWS CLI and boto3 are; it
 * ends with its input.
 */
export function startPython(file: string, ...args: readonly string[]): PythonHost {
  const inherited = Object.entries(cleanEnvironment()).filter(([name]) => !name.startsWith('AWS_'))
  const env = {
    ...Object.fromEntries(inherited),
    PYTHONUTF8: '1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  }
  const child = spawn('/usr/bin/python3', [join(import.meta.dirname, file), ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-8192)
  })
  // One that ended early is told by the answer that does not come.
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  return {
    async ask(message) {
      child.stdin.write(`${JSON.stringify(message)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${file} ended: ${said}`)
      return JSON.parse(value)
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
