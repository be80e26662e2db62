import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** The keychain of the person's system, as far as one program of it goes. */
export interface Keychain {
  /** What people call it. */
  readonly label: string
  /** Throws when it can't keep the secret. */
  save(account: string, secret: string): Promise<void>
  /** Undefined: it has none for this account. Throws when it does not answer. */
  load(account: string): Promise<string | undefined>
  remove(account: string): Promise<void>
}

/** So long a person may take to unlock the keychain. */
const limitMs = 60_000
const service = 'gatehouse'

/**
 * The keychain of this platform, asked through its own program: macOS's `security`, `secret-tool`
 * of libsecret where there is a session bus. Secrets pass on standard input and output, never as
 * arguments, which every user of the machine can read. Undefined: there is none.
 */
export function keychainHere(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Keychain | undefined {
  if (platform === 'darwin') return macKeychain(env)
  if (platform === 'linux' && env.DBUS_SESSION_BUS_ADDRESS) return secretService(env)
  return undefined
}

function macKeychain(env: NodeJS.ProcessEnv): Keychain {
  const run = (args: readonly string[], input = '') => ran('security', args, { input, env })
  const named = (account: string) => ['-a', account, '-s', service]
  return {
    label: 'the keychain',
    async save(account, secret) {
      // `-i` reads commands from standard input: both values have neither quotes nor spaces.
      const command = ['add-generic-password', '-U', ...named(account), '-w', secret].join(' ')
      const { code, err } = await run(['-i'], `${command}\n`)
      if (code !== 0) throw new Error(err)
    },
    async load(account) {
      const { code, out, err } = await run(['find-generic-password', ...named(account), '-w'])
      // errSecItemNotFound
      if (code === 44) return undefined
      if (code !== 0) throw new Error(err)
      return out.trim()
    },
    async remove(account) {
      await run(['delete-generic-password', ...named(account)])
    },
  }
}

function secretService(env: NodeJS.ProcessEnv): Keychain {
  const named = (account: string) => ['service', service, 'account', account]
  const run = (args: readonly string[], input = '') => ran('secret-tool', args, { input, env })
  return {
    label: 'the keyring',
    async save(account, secret) {
      const label = `--label=Gatehouse: ${account}`
      const { code, err } = await run(['store', label, ...named(account)], secret)
      if (code !== 0) throw new Error(err)
    },
    async load(account) {
      const { code, out, err } = await run(['lookup', ...named(account)])
      // It fails without a word where it has nothing.
      if (code !== 0 && err !== '') throw new Error(err)
      return out.trim() || undefined
    },
    async remove(account) {
      await run(['clear', ...named(account)])
    },
  }
}

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a program with `input` on its standard input. Throws when there is no such program. */
export async function ran(
  program: string,
  args: readonly string[],
  { input, env }: { readonly input: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const child = spawn(program, args, { env, timeout: limitMs, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  // A program that ends without reading closes the pipe; its exit code tells more.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { code, out, err: err.trim().slice(0, 300) }
}
