import { randomBytes } from 'node:crypto'

/** Unique-id prefixes (IAM user guide, "IAM identifiers"). */
export type IdPrefix = 'AGPA' | 'AIDA' | 'AIPA' | 'AKIA' | 'ANPA' | 'AROA' | 'ASIA'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

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

  constructor(random: RandomSource = blockRandom()) {
    this.random = random
  }

  /** 20 characters: the prefix and 80 random bits in base32, as AWS's own ids look. */
  next(prefix: IdPrefix): string {
    let id: string = prefix
    for (const byte of this.random(16)) id += alphabet[byte & 31]
    return id
  }

  /** 40 characters, 240 bits. */
  secretAccessKey(): string {
    let secret = ''
    for (const byte of this.random(40)) secret += secretAlphabet[byte & 63]
    return secret
  }

  /** A token for URLs and cookies: base64url of `bytes` random bytes. */
  opaque(bytes = 32): string {
    return this.random(bytes).toString('base64url')
  }

  uuid(): string {
    const b = this.random(16)
    b[6] = (b[6]! & 0x0f) | 0x40
    b[8] = (b[8]! & 0x3f) | 0x80
    const hex = b.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  /** What a person reads out to the help desk: no letters that look alike. */
  reference(): string {
    const readable = '23456789BCDFGHJKMNPQRSTVWXYZ'
    let text = ''
    for (const byte of this.random(8)) text += readable[byte % readable.length]
    return `GH-${text.slice(0, 4)}-${text.slice(4)}`
  }
}
