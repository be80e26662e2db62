import { randomBytes, randomUUID } from 'node:crypto'

/** Unique-id prefixes (IAM user guide, "IAM identifiers"). */
export type IdPrefix = 'AGPA' | 'AIDA' | 'AIPA' | 'AKIA' | 'ANPA' | 'AROA' | 'ASIA'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes from the system's generator, taken a block at a time: one call a request costs 2 µs. */
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

  /** 20 characters: the prefix and 80 random bits in base32, as AWS's own ids look. */
  next(prefix: IdPrefix): string {
    let id: string = prefix
    for (const byte of this.random(16)) id += alphabet[byte & 31]
    return id
  }

  /**
   * The id of an access key of `account` (12 digits): as AWS lays it out, 40 bits in the middle of the base32 text are the account,
   * so that an id alone tells whose key it is; the other 40 are random. `accountOfKey` reads it.
   */
  accessKey(prefix: 'AKIA' | 'ASIA', account: string): string {
    const random = this.random(9)
    const number = Number(account)
    let id: string = prefix + alphabet[(random[8]! & 16) | (Math.floor(number / 2 ** 36) & 15)]
    for (let shift = 31; shift >= 1; shift -= 5) id += alphabet[Math.floor(number / 2 ** shift) & 31]
    id += alphabet[((number & 1) << 4) | (random[7]! & 15)]
    for (let i = 0; i < 7; i++) id += alphabet[random[i]! & 31]
    return id
  }

  /** 40 characters of base64, 240 bits. */
  secretAccessKey(): string {
    return this.random(30).toString('base64')
  }

  /** A token for URLs and cookies: base64url of `bytes` random bytes. */
  opaque(bytes = 32): string {
    return this.random(bytes).toString('base64url')
  }

  /** What a person reads out to the help desk: no letters that look alike. */
  reference(): string {
    const readable = '23456789BCDFGHJKMNPQRSTVWXYZ'
    let text = ''
    for (const byte of this.random(8)) text += readable[byte % readable.length]
    return `GH-${text.slice(0, 4)}-${text.slice(4)}`
  }
}

/** The account that an access key id was made for; undefined when it was not made by `Ids.accessKey`, or is no id. */
export function accountOfKey(accessKeyId: string): string | undefined {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(accessKeyId)) return undefined
  const digit = (at: number) => alphabet.indexOf(accessKeyId[at + 4]!)
  let account = digit(0) & 15
  for (let at = 1; at <= 7; at++) account = account * 32 + digit(at)
  account = account * 2 + (digit(8) >> 4)
  return account < 1e12 ? String(account).padStart(12, '0') : undefined
}
