import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** The cost of one hash: RFC 9106, section 3.1. */
export interface Argon2idCost {
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
}

export interface Argon2idHash extends Argon2idCost {
  readonly salt: Buffer
  readonly tag: Buffer
}

/**
 * OWASP's first recommendation for argon2id with little memory: about 30 ms, off the main thread.
 */
export const defaultCost: Argon2idCost = { memoryKib: 19_456, passes: 2, parallelism: 1 }

/** The most that one hash may cost, so that a mistake in the settings can't stop everything. */
const most: Argon2idCost = { memoryKib: 1_048_576, passes: 16, parallelism: 16 }

const base64 = '[A-Za-z0-9+/]'
const phc = new RegExp(
  '^\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})' +
    `\\$(${base64}{11,86})\\$(${base64}{22,86})$`,
)

/**
 * Reads a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. Returns undefined when it is malformed
 * or its cost is out of bounds (RFC 9106: at least 8 KiB of memory for each lane; here at most 1
 * GiB, 16 passes, 16 lanes).
 */
export function parseArgon2id(text: string): Argon2idHash | undefined {
  const parts = phc.exec(text)
  if (!parts) return undefined
  const [memoryKib, passes, parallelism] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const salt = unpadded(parts[4]!)
  const tag = unpadded(parts[5]!)
  if (!salt || !tag) return undefined
  if (passes < 1 || parallelism < 1 || memoryKib < 8 * parallelism) return undefined
  if (memoryKib > most.memoryKib || passes > most.passes || parallelism > most.parallelism)
    return undefined
  if (salt.length < 8 || tag.length < 16) return undefined
  return { memoryKib, passes, parallelism, salt, tag }
}

/** The PHC string for a new password, with a fresh salt, as `gatehouse hash-password` prints it. */
export async function hashPassword(
  password: string,
  cost: Argon2idCost = defaultCost,
): Promise<string> {
  const salt = randomBytes(16)
  const tag = await tagOf(password, cost, salt, 32)
  const { memoryKib, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${bare(salt)}$${bare(tag)}`
}

/**
 * Whether `hash` was made from `password`. Takes the hash's full cost either way, and compares in
 * constant time.
 */
export async function verifyArgon2id(hash: Argon2idHash, password: string): Promise<boolean> {
  return timingSafeEqual(await tagOf(password, hash, hash.salt, hash.tag.length), hash.tag)
}

function tagOf(
  password: string,
  cost: Argon2idCost,
  nonce: Buffer,
  tagLength: number,
): Promise<Buffer> {
  const { memoryKib: memory, passes, parallelism } = cost
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  argon2(
    'argon2id',
    { message: password, nonce, memory, passes, parallelism, tagLength },
    (error, tag) => (error ? reject(error) : resolve(tag)),
  )
  return promise
}

const bare = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** Accepts canonical base64 only, so that one hash has one spelling. */
function unpadded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bare(bytes) === text ? bytes : undefined
}
