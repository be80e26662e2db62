import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { keyBytes } from '../credentials/sealed.ts'
import { type Keychain, keychainHere, ran } from './keychain.ts'

/** Where the key of a kept sign-in is: in the keychain, or in a file, which Windows may protect. */
export type KeyPlace = 'keychain' | 'dpapi' | 'file'

export interface KeyPorts {
  readonly env: NodeJS.ProcessEnv
  /** The key's file, where it is in one. */
  readonly file: string
  /** Names it in the keychain. */
  readonly account: string
  readonly platform?: NodeJS.Platform | undefined
}

/**
 * Makes a key and keeps it in the safest place that this machine has. What can't give it back at
 * once is no place: a keychain that is locked, or that says yes and keeps nothing.
 */
export async function makeKey(
  ports: KeyPorts,
): Promise<{ readonly key: Buffer; readonly place: KeyPlace }> {
  const key = randomBytes(keyBytes)
  await forgetKey(ports)
  const chain = keychainHere(ports.env, ports.platform)
  if (chain && (await isKept(chain, ports.account, key))) return { key, place: 'keychain' }
  if (ports.platform === 'win32') {
    const bytes = await protectedBy('Protect', key, ports.env).catch(() => undefined)
    if (bytes) {
      await writeFile(ports.file, bytes, { mode: 0o600 })
      return { key, place: 'dpapi' }
    }
  }
  await writeFile(ports.file, key, { mode: 0o600 })
  return { key, place: 'file' }
}

/** Returns the key; undefined when it is not there any more. Throws when the keychain is silent. */
export async function findKey(place: KeyPlace, ports: KeyPorts): Promise<Buffer | undefined> {
  const key = await keyAt(place, ports)
  return key?.length === keyBytes ? key : undefined
}

export async function forgetKey({ env, file, account, platform }: KeyPorts): Promise<void> {
  await rm(file, { force: true })
  await keychainHere(env, platform)
    ?.remove(account)
    .catch(() => undefined)
}

async function keyAt(place: KeyPlace, ports: KeyPorts): Promise<Buffer | undefined> {
  if (place === 'keychain') {
    const chain = keychainHere(ports.env, ports.platform)
    if (!chain) throw new Error('the keychain that holds it is not reachable from here')
    const kept = await chain.load(ports.account)
    return kept === undefined ? undefined : Buffer.from(kept, 'base64')
  }
  const bytes = await readFile(ports.file).catch(() => undefined)
  return bytes && place === 'dpapi' ? protectedBy('Unprotect', bytes, ports.env) : bytes
}

async function isKept(chain: Keychain, account: string, key: Buffer): Promise<boolean> {
  try {
    await chain.save(account, key.toString('base64'))
    return (await chain.load(account)) === key.toString('base64')
  } catch {
    return false
  }
}

/** Windows' Data Protection API, for this user: PowerShell reads and writes base64. */
async function protectedBy(
  verb: 'Protect' | 'Unprotect',
  bytes: Buffer,
  env: NodeJS.ProcessEnv,
): Promise<Buffer> {
  const script =
    'Add-Type -AssemblyName System.Security; ' +
    '$in = [Convert]::FromBase64String([Console]::In.ReadToEnd().Trim()); ' +
    `$out = [Security.Cryptography.ProtectedData]::${verb}($in, $null, 'CurrentUser'); ` +
    '[Console]::Out.Write([Convert]::ToBase64String($out))'
  const args = ['-NoProfile', '-NonInteractive', '-Command', script]
  const { code, out, err } = await ran('powershell', args, { input: bytes.toString('base64'), env })
  if (code !== 0) throw new Error(err)
  return Buffer.from(out, 'base64')
}
