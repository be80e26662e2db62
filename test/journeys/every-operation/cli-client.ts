import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answered, Ask, Client, Refused } from './play.ts'
import { startPython } from './python-host.ts'

interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number
}

export interface CliClient extends Client {
  /** Everything that the CLI says under `--debug`. */
  debugged(ask: Ask): Promise<string>
}

/** Debian's AWS CLI: each call is a command of its own, its parameters given as JSON. */
const cliError = new RegExp(
  String.raw`An error occurred \((\w+)\) when calling the (\w+) operation` +
    String.raw`(?: \(reached max retries: 0\))?: ?(.*)`,
  's',
)

export async function openCli(origin: string, region: string): Promise<CliClient> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cli-'))
  undo.defer(() => rm(folder, { recursive: true }))
  const host = undo.use(startPython('cli-host.py'))
  const outfile = join(folder, 'bootstrap')

  const run = (
    { service, operation, input, keys, pageSize, bootstrap }: Ask,
    ...globals: readonly string[]
  ) =>
    host.ask({
      service,
      operation,
      input,
      // The command that writes a file takes no JSON of all its parameters.
      asJson: bootstrap === undefined,
      globals: ['--endpoint-url', origin, '--region', region, '--output', 'json', ...globals],
      options: [
        ...(pageSize === undefined ? [] : ['--page-size', String(pageSize)]),
        ...(bootstrap === undefined ? [] : ['--outfile', outfile, '--bootstrap-method', bootstrap]),
      ],
      environment:
        keys === undefined
          ? {}
          : {
              AWS_ACCESS_KEY_ID: keys.AccessKeyId,
              AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
              ...(keys.SessionToken && { AWS_SESSION_TOKEN: keys.SessionToken }),
            },
    }) as Promise<Ran>

  const owned = undo.move()
  return {
    knows: async (service) => new Set((await host.ask({ knows: service })) as readonly string[]),
    async call(ask): Promise<Answered | Refused> {
      const { out, err, code } = await run(ask)
      if (code !== 0) return refusalIn(err, ask)
      const json = JSON.parse(out.trim() || '{}')
      if (ask.bootstrap === undefined) return { json }
      return {
        json: {
          VirtualMFADevice: {
            ...json.VirtualMFADevice,
            [ask.bootstrap]: await readFile(outfile, 'base64'),
          },
        },
      }
    },
    debugged: async (ask) => (await run(ask, '--debug')).err,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function refusalIn(said: string, { operation }: Ask): Refused {
  const [, code, named, message] = cliError.exec(said) ?? []
  assert.ok(code !== undefined && message !== undefined, said)
  assert.equal(named, operation, said)
  return { code, message: message.trim() }
}
