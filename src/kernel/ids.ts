import { randomBytes, randomUUID } from 'node:crypto'

/** Unique-id prefixes (IAM user guide, "IAM identifiers"). */
export type IdPrefix = 'ACCA' | 'AGPA' | 'AIDA' | 'AIPA' | 'ANPA' | 'APKA' | 'AROA' | 'ASCA'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Random bytes from the system, taken in blocks: a system call for each request costs 2 µs. */
export type RandomSource = (size: number) => Buffer

export function blockRandom(blockSize = 4096, source: RandomSource = randomBytes): RandomSource {
  let block: Buffer = Buffer.alloc(0)
  let used = 0
  return (size) => {
    if (size > blockSize) return source(size)
    if (used + size > block.length) {
      block = source(blockSize)
      used = 0
    }
    const taken = Buffer.from(block.subarray(used, used + size))
    block.fill(0, used, used + size)
    used += size
    return taken
  }
}

export class Ids {
  readonly random: RandomSource
  /** RFC 9562, version 4. */
  readonly uuid: () => string

  constructor(random: RandomSource = blockRandom(), uuid: () => string = randomUUID) {
    this.random = random
    this.uuid = uuid
  }

  /** 21 characters: the prefix and 85 random bits in base32, in the format of AWS's ids. */
  next(prefix: IdPrefix): string {
    return prefix + this.#base32(17)
  }

  /** An id for a signing certificate: 28 characters, in the format of AWS's. */
  certificate(): string {
    return this.#base32(28)
  }

  /** The part of a security key's ARN that tells keys of one name apart: 20 characters. */
  securityKey(): string {
    return this.#base32(20)
  }

  /**
   * An id for a SAML provider: 22 characters, in the format of AWS's. It is part of addresses, not
   * a secret.
   */
  samlProvider(): string {
    return `SAMLSP${this.#base32(16)}`
  }

  /**
   * An access key id for `account` (12 digits). As on AWS, 40 bits of the base32 text encode the
   * account, so that the id alone identifies it; the other 40 bits are random. `accountOfKey` reads
   * it.
   */
  accessKey(prefix: 'AKIA' | 'ASIA', account: string): string {
    const random = this.random(9)
    const number = Number(account)
    let id: string = prefix + alphabet[(random[8]! & 16) | (Math.floor(number / 2 ** 36) & 15)]
    for (let shift = 31; shift >= 1; shift -= 5)
      id += alphabet[Math.floor(number / 2 ** shift) & 31]
    id += alphabet[((number & 1) << 4) | (random[7]! & 15)]
    for (let i = 0; i < 7; i++) id += alphabet[random[i]! & 31]
    return id
  }

  /** Random text of `length` characters, 5 bits each. */
  #base32(length: number): string {
    let text = ''
    for (const byte of this.random(length)) text += alphabet[byte & 31]
    return text
  }

  /** 40 characters of base64, 240 bits. */
  secretAccessKey(): string {
    return this.random(30).toString('base64')
  }

  /**
   * A token for URLs and cookies: base64url of `bytes` random bytes. None begins with a hyphen:
   * commands take such an argument for an option.
   */
  opaque(bytes = 32): string {
    const token = this.random(bytes).toString('base64url')
    return token.startsWith('-') ? this.opaque(bytes) : token
  }

  /** A reference that a person can read out to the help desk, without letters that look alike. */
  reference(): string {
    const readable = '23456789BCDFGHJKMNPQRSTVWXYZ'
    let text = ''
    for (const byte of this.random(8)) text += readable[byte % readable.length]
    return `GH-${text.slice(0, 4)}-${text.slice(4)}`
  }
}

/**
 * Returns the account of an access key id; undefined when `Ids.accessKey` did not make the id, or
 * the text is not an id.
 */
export function accountOfKey(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(accessKeyId)) return undefined
  const digit = (at: number) => alphabet.indexOf(accessKeyId[at + 4]!)
  let account = digit(0) & 15
  for (let at = 1; at <= 7; at++) account = account * 32 + digit(at)
  account = account * 2 + (digit(8) >> 4)
  return account < 1e12 ? String(account).padStart(12, '0') : undefined
}
