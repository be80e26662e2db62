import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { commandOutput } from './command-output.ts'

/** The source of the root key; exactly one. */
export type RootKeySettings =
  /** Created at the first start with mode 0600. Holds 32 bytes in base64. */
  | { readonly file: string }
  /** Name of an environment variable that holds 32 bytes in base64. */
  | { readonly env: string }
  /** Program and arguments, run without a shell; prints 32 bytes in base64. */
  | { readonly command: readonly string[] }

/** Why the root key can't be used: what was found and what to do. Contains nothing of the key. */
export class RootKeyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RootKeyError'
  }
}

const keyBytes = 32
const mostOutputBytes = 4096

/**
 * The 32 bytes under which the key ring is sealed. Throws RootKeyError when the source is missing,
 * readable by others, or holds something else. Creates an absent file only where `mayCreate` says
 * that nothing is sealed yet.
 */
export async function loadRootKey(
  settings: RootKeySettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
  { mayCreate = true }: { readonly mayCreate?: boolean } = {},
): Promise<Buffer> {
  if ('file' in settings) return ofFile(settings.file, mayCreate)
  if ('env' in settings) return ofEnvironment(settings.env, env)
  return ofCommand(settings.command)
}

function decode(text: string, source: string): Buffer {
  const trimmed = text.trim()
  const key = Buffer.from(trimmed, 'base64')
  // Node ignores characters that are not base64; encoding again shows whether there were any.
  const whole = key.toString('base64').replace(/=+$/, '') === trimmed.replace(/=+$/, '')
  if (key.length === keyBytes && whole) return key
  throw new RootKeyError(
    `${source} does not hold a root key: expected base64 of ${keyBytes} bytes ` +
      '(make one with `openssl rand -base64 32`)',
  )
}

async function ofFile(path: string, mayCreate: boolean): Promise<Buffer> {
  for (const first of [true, false]) {
    const key = await readKeyFile(path)
    if (key) return key
    if (!mayCreate)
      throw new RootKeyError(
        `the root key file \`${path}\` is not there, and the store holds what it sealed: ` +
          'bring it back from a backup',
      )
    if (first) await createKeyFile(path)
  }
  throw new RootKeyError(
    `the root key file \`${path}\` was removed while it was opened: start again`,
  )
}

async function readKeyFile(path: string): Promise<Buffer | undefined> {
  let file: Awaited<ReturnType<typeof open>>
  try {
    file = await open(path, constants.O_RDONLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new RootKeyError(
      `the root key file \`${path}\` can't be read: give this user read access`,
      { cause: error },
    )
  }
  try {
    const { mode, size } = await file.stat()
    if ((mode & 0o077) !== 0) {
      throw new RootKeyError(
        `the root key file \`${path}\` is open to other users ` +
          `(mode ${(mode & 0o777).toString(8)}): run \`chmod 600\` on it, ` +
          'and replace the key if others may have read it',
      )
    }
    if (size > mostOutputBytes)
      throw new RootKeyError(`the root key file \`${path}\` is too long: it should hold one line`)
    return decode(await file.readFile('utf8'), `the root key file \`${path}\``)
  } finally {
    await file.close()
  }
}

/**
 * Writes a temporary file and links it into place, so that two first starts agree and a crash
 * leaves no partial key.
 */
async function createKeyFile(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
  } catch (error) {
    // Another process created the file first: use its key.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw new RootKeyError(
      `the root key file \`${path}\` can't be made: give this user write access to its folder`,
      { cause: error },
    )
  } finally {
    await unlink(draft).catch(() => undefined)
  }
}

function ofEnvironment(name: string, env: Readonly<Record<string, string | undefined>>): Buffer {
  const text = env[name]
  if (text === undefined || text === '') {
    throw new RootKeyError(
      `the environment variable \`${name}\` is not set: it should hold the root key`,
    )
  }
  return decode(text, `the environment variable \`${name}\``)
}

async function ofCommand([program, ...args]: readonly string[]): Promise<Buffer> {
  if (!program)
    throw new RootKeyError(
      'the root key command is empty: give the program and its arguments as a list',
    )
  const output = await commandOutput([program, ...args]).catch((error: Error) => {
    throw new RootKeyError(`the root key ${error.message}`)
  })
  return decode(output, `the output of the root key command \`${program}\``)
}
