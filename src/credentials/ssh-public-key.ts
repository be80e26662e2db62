import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** An RSA key for SSH. */
export interface SshPublicKey {
  /** The MD5 digest of the key as RFC 4253 encodes it, in pairs of hexadecimal digits. */
  readonly fingerprint: string
  /** `ssh-rsa …`, without a comment. */
  readonly ssh: string
  /** SubjectPublicKeyInfo (RFC 5280, section 4.1), as PEM without a line end after it. */
  readonly pem: string
}

const algorithm = 'ssh-rsa'
/** Bits of the modulus: IAM accepts no shorter key, and no SSH server a longer one. */
const [leastBits, mostBits] = [2048, 16_384]

/**
 * Reads a public key in either encoding. `unrecognized`: the text is neither; `invalid`: what it
 * encodes is not an RSA key of a fit length.
 */
export function readSshPublicKey(text: string): SshPublicKey | 'unrecognized' | 'invalid' {
  const line = /^ssh-rsa[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t][^\r\n]*)?$/.exec(text.trim())
  const isPem = /^-----BEGIN [A-Z ]+-----/.test(text.trim())
  if (!line && !isPem) return 'unrecognized'
  const key = line ? keyOfBlob(Buffer.from(line[1]!, 'base64')) : keyOfPem(text)
  const { n, e } = key?.asymmetricKeyType === 'rsa' ? key.export({ format: 'jwk' }) : {}
  if (!key || n === undefined || e === undefined) return 'invalid'
  const modulus = Buffer.from(n, 'base64url')
  const bits = modulus.length * 8 - Math.clz32(modulus[0]!) + 24
  if (bits < leastBits || bits > mostBits) return 'invalid'
  const parts = [Buffer.from(algorithm), mpint(Buffer.from(e, 'base64url')), mpint(modulus)]
  const blob = Buffer.concat(parts.map(prefixed))
  return {
    fingerprint: createHash('md5')
      .update(blob)
      .digest('hex')
      .replace(/(..)(?!$)/g, '$1:'),
    ssh: `${algorithm} ${blob.toString('base64')}`,
    pem: String(key.export({ format: 'pem', type: 'spki' })).trim(),
  }
}

/** RFC 4253, section 6.6: the algorithm, the exponent, the modulus, and nothing after them. */
function keyOfBlob(blob: Buffer): KeyObject | undefined {
  const parts: Buffer[] = []
  for (let at = 0; at < blob.length; ) {
    if (parts.length === 3 || at + 4 > blob.length) return undefined
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return undefined
    parts.push(blob.subarray(at + 4, end))
    at = end
  }
  const [name, e, n] = parts
  if (name?.toString('latin1') !== algorithm || !e?.length || !n?.length) return undefined
  // A first bit of 1 is a negative number.
  if (e[0]! > 127 || n[0]! > 127) return undefined
  const jwk = { kty: 'RSA', n: bare(n).toString('base64url'), e: bare(e).toString('base64url') }
  return attempt(() => createPublicKey({ key: jwk, format: 'jwk' }))
}

/** A private key would be taken for its public one: it is refused. */
function keyOfPem(text: string): KeyObject | undefined {
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(text.trim())) return undefined
  return attempt(() => createPublicKey(text))
}

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Without leading zeros. */
function bare(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0)
  return first < 0 ? Buffer.alloc(0) : number.subarray(first)
}

/** RFC 4251, section 5: two's complement without a superfluous first byte. */
function mpint(number: Buffer): Buffer {
  const digits = bare(number)
  return (digits[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), digits]) : digits
}

function prefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
