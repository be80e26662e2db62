import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { removeLeftBehind } from '../credentials/left-behind.ts'
import { exclusively } from '../credentials/lock.ts'
import { opened, sealed } from '../credentials/sealed.ts'
import { findKey, forgetKey, type KeyPlace, type KeyPorts, makeKey } from './sealing-key.ts'

/** What the file of a sign-in says to everybody who can read it. */
export interface Header {
  readonly endpoint: string
  /** Tells this sign-in from every other; names its cached credentials. */
  readonly id: string
  readonly username: string
  /** When the sign-in ends at the latest: ISO 8601. */
  readonly endsAt: string
  readonly key: KeyPlace
}

/** What is sealed. */
export interface Tokens {
  readonly refreshToken: string
  readonly accessToken: string
  /** Milliseconds since 1970. */
  readonly accessEndsAt: number
}

interface Written extends Header {
  readonly sealed: string
}

/** The command's answer to a call that needs a sign-in. */
export class NotSignedIn extends Error {}

/**
 * Sign-ins that last over calls, one for each Gatehouse: a sealed file, whose key is in the
 * keychain where there is one. The key stays as it is while the tokens rotate, so that a refresh is
 * one atomic write.
 */
export class KeptSignIns {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv

  constructor(env: NodeJS.ProcessEnv) {
    const state = env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
    this.#folder = join(state, 'gatehouse')
    this.#env = env
  }

  /** The endpoints that somebody is signed in at. */
  async endpoints(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => [])
    const all = await Promise.all(
      names
        .filter((name) => /^[0-9a-f]{32}$/.test(name))
        .map((name) => written(join(this.#folder, name))),
    )
    return all.flatMap((one) => (one ? [one.endpoint] : [])).sort()
  }

  async header(endpoint: string): Promise<Header | undefined> {
    return written(this.#file(endpoint))
  }

  /**
   * Throws NotSignedIn when there is no sign-in, or its key is gone, and an Error while the
   * keychain does not answer.
   */
  async tokens(endpoint: string): Promise<Tokens> {
    const kept = await written(this.#file(endpoint))
    if (!kept) throw notSignedIn(endpoint)
    const key = await findKey(kept.key, this.#keyPorts(endpoint)).catch((error: Error) => {
      throw new Error(
        `the sign-in at \`${endpoint}\` can't be read: ${error.message}. ` +
          'Unlock the keychain, or run `gatehouse login` again',
      )
    })
    try {
      if (key) return opened(key, endpoint, Buffer.from(kept.sealed, 'base64')) as Tokens
    } catch {}
    throw notSignedIn(endpoint)
  }

  /** Keeps a new sign-in in the place of any other at this endpoint. */
  async begin(about: Omit<Header, 'id' | 'key'>, tokens: Tokens): Promise<KeyPlace> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const { key, place } = await makeKey(this.#keyPorts(about.endpoint))
    const id = randomBytes(16).toString('hex')
    await this.#write({ ...about, id, key: place }, key, tokens)
    return place
  }

  /** Keeps other tokens of the same sign-in. */
  async goOn(endpoint: string, tokens: Tokens): Promise<void> {
    const kept = await written(this.#file(endpoint))
    const key = kept && (await findKey(kept.key, this.#keyPorts(endpoint)))
    if (!kept || !key) throw notSignedIn(endpoint)
    const { sealed: _, ...header } = kept
    await this.#write(header, key, tokens)
  }

  async end(endpoint: string): Promise<void> {
    await rm(this.#file(endpoint), { force: true })
    await forgetKey(this.#keyPorts(endpoint))
  }

  /** Runs one caller at a time, of all processes. */
  async exclusively<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await removeLeftBehind(this.#folder, /^[0-9a-f]{32}\.\d+$/)
    return exclusively(`${this.#file(endpoint)}.lock`, work)
  }

  async #write(header: Header, key: Buffer, tokens: Tokens): Promise<void> {
    const text: Written = {
      ...header,
      sealed: sealed(key, header.endpoint, tokens).toString('base64'),
    }
    const file = this.#file(header.endpoint)
    const next = `${file}.${process.pid}`
    await writeFile(next, JSON.stringify(text), { mode: 0o600 })
    await rename(next, file)
  }

  #file(endpoint: string): string {
    return join(this.#folder, createHash('sha256').update(endpoint).digest('hex').slice(0, 32))
  }

  #keyPorts(endpoint: string): KeyPorts {
    const file = `${this.#file(endpoint)}.key`
    return { env: this.#env, file, account: endpoint, platform: process.platform }
  }
}

export function notSignedIn(endpoint: string): NotSignedIn {
  return new NotSignedIn(
    `you are not signed in at \`${endpoint}\`: run \`gatehouse login --endpoint ${endpoint}\``,
  )
}

async function written(file: string): Promise<Written | undefined> {
  try {
    const found = JSON.parse(await readFile(file, 'utf8')) as Written
    return typeof found.id === 'string' && typeof found.sealed === 'string' ? found : undefined
  } catch {
    return undefined
  }
}
