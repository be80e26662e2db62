import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the AWS CLI wants of a `credential_process` (AWS CLI guide, "Sourcing credentials with an external process"). */
export interface ProcessCredentials {
  readonly Version: 1
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  /** ISO 8601. */
  readonly Expiration: string
}

/** Of AES-256. */
const keyBytes = 32

/** `$XDG_CACHE_HOME/gatehouse`, else `~/.cache/gatehouse`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gatehouse')
}

/**
 * Credentials on disk, sealed with AES-256-GCM under a key file of mode 0600 beside them: a backup or a stray
 * copy of one file alone gives nothing away. Whoever can read both could read `~/.aws/credentials` as well.
 */
export class CredentialsCache {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** undefined when there is nothing, or nothing that opens: a broken cache is an empty one. */
  async read(name: string): Promise<ProcessCredentials | undefined> {
    try {
      const sealed = await readFile(this.#file(name))
      const key = await readFile(join(this.#folder, 'key'))
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(sealed.subarray(12, 28))
      decipher.setAAD(Buffer.from(name))
      const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
      return JSON.parse(text) as ProcessCredentials
    } catch {
      return undefined
    }
  }

  async write(name: string, credentials: ProcessCredentials): Promise<void> {
    const key = await this.#key()
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(Buffer.from(name))
    const body = Buffer.concat([cipher.update(JSON.stringify(credentials), 'utf8'), cipher.final()])
    const next = `${this.#file(name)}.${process.pid}`
    await writeFile(next, Buffer.concat([nonce, cipher.getAuthTag(), body]), { mode: 0o600 })
    await rename(next, this.#file(name))
  }

  /**
   * One caller at a time: the AWS CLI and an SDK may ask at once, and the person should be asked once. A lock whose
   * owner died is taken over after `staleAfterMs`.
   */
  async exclusively<T>(name: string, work: () => Promise<T>, staleAfterMs = 120_000): Promise<T> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const lock = `${this.#file(name)}.lock`
    const deadline = Date.now() + 2 * staleAfterMs
    while (!(await created(lock))) {
      const age = await stat(lock).then((s) => Date.now() - s.mtimeMs, () => 0)
      if (age > staleAfterMs) await rm(lock, { force: true })
      else if (Date.now() > deadline) throw new Error(`another process holds \`${lock}\`; remove it if none is running`)
      else await new Promise((resolve) => setTimeout(resolve, 100))
    }
    try {
      return await work()
    } finally {
      await rm(lock, { force: true })
    }
  }

  #file(name: string): string {
    return join(this.#folder, createHash('sha256').update(name).digest('hex').slice(0, 32))
  }

  async #key(): Promise<Buffer> {
    const file = join(this.#folder, 'key')
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    try {
      await writeFile(file, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const kept = await readFile(file)
    if (kept.length === keyBytes) return kept
    // Damaged, it opens nothing that is kept and would refuse every write to come. What another process sealed meanwhile is lost: it asks again.
    const next = `${file}.${process.pid}`
    await writeFile(next, randomBytes(keyBytes), { mode: 0o600 })
    await rename(next, file)
    return readFile(file)
  }
}

async function created(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600)
    await handle.writeFile(String(process.pid))
    await handle.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
