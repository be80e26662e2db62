import { execFile } from 'node:child_process'

const commandTimeoutMs = 10_000
const mostOutputBytes = 4096

/**
 * What a program prints that was asked for a secret, run without a shell. Rejects after 10 s, and
 * with more than 4 KiB. The error has neither arguments nor output.
 */
export function commandOutput([program = '', ...args]: readonly string[]): Promise<string> {
  const options = { timeout: commandTimeoutMs, maxBuffer: mostOutputBytes, windowsHide: true }
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout) => {
      if (!error) return resolve(stdout)
      // The error of execFile contains the command's output, which may be the secret: report only
      // the code.
      const how = error.code ?? error.signal ?? 'unknown'
      reject(new Error(`command \`${program}\` failed (${how}): run it by hand to see why`))
    })
  })
}
