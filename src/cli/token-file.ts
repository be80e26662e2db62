import { bytesOfBase32, type CodeKind } from '../credentials/totp.ts'

/** A hardware device as its file describes it. */
export interface ImportedToken extends CodeKind {
  readonly serial: string
  readonly seed: Buffer
}

/** More than a box of tokens; each is an event. */
const mostTokens = 1000
/** What the API takes as SerialNumber; an ARN would name a virtual device. */
const serialForm = /^(?!arn:)[\w+=/:,.@-]{9,256}$/i
/** RFC 4226, R6 asks for 128 bits at least; HMAC-SHA-1 hashes what is longer than its block. */
const [leastSeedBytes, mostSeedBytes] = [16, 64]

/** Column → the names that it goes by. Those of Microsoft Entra ID are what vendors hand out. */
const columns = {
  serial: ['serial', 'serial number', 'serialnumber'],
  seed: ['seed', 'secret', 'secret key', 'secretkey'],
  digits: ['digits'],
  period: ['period', 'time interval', 'timeinterval'],
} as const
type Column = keyof typeof columns

/**
 * Reads a file of hardware devices: CSV, whose first line names the columns; `serial` and `seed`
 * have to be there, `digits` (6, 8) and `period` (30, 60) may be, others are ignored. Throws
 * RangeError, which names the line and never what stands in it.
 */
export function readTokenFile(text: string, file: string): readonly ImportedToken[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ line: line.trim(), where: `${file}:${at + 1}` }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  const [head, ...rest] = lines
  const at = columnsOf(head?.line ?? '')
  if (at.serial < 0 || at.seed < 0)
    throw new RangeError(
      `${head?.where ?? file}: the first line has to name \`serial\` and \`seed\``,
    )
  if (rest.length === 0 || rest.length > mostTokens)
    throw new RangeError(`${file}: expected 1 to ${mostTokens} devices, found ${rest.length}`)
  const seen = new Set<string>()
  return rest.map(({ line, where }) => {
    const fields = fieldsOf(line)
    const token = readToken((column) => fields[at[column]] ?? '', where)
    const folded = token.serial.toLowerCase()
    if (seen.has(folded)) throw new RangeError(`${where}: the serial number is there twice`)
    seen.add(folded)
    return token
  })
}

function columnsOf(line: string): Readonly<Record<Column, number>> {
  const names = fieldsOf(line).map((name) => name.toLowerCase())
  const find = (column: Column) =>
    names.findIndex((name) => (columns[column] as readonly string[]).includes(name))
  return {
    serial: find('serial'),
    seed: find('seed'),
    digits: find('digits'),
    period: find('period'),
  }
}

/** No field of such a file holds a comma or a line break; it may be quoted. */
function fieldsOf(line: string): readonly string[] {
  return line.split(/[,;]/).map((field) =>
    field
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  )
}

function readToken(field: (column: Column) => string, where: string): ImportedToken {
  const serial = field('serial')
  if (!serialForm.test(serial))
    throw new RangeError(
      `${where}: expected a serial number of 9 to 256 letters, digits and _+=/:,.@-, ` +
        'which is not an ARN',
    )
  const digits = field('digits') || '6'
  if (digits !== '6' && digits !== '8') throw new RangeError(`${where}: \`digits\` is 6 or 8`)
  const period = field('period') || '30'
  if (period !== '30' && period !== '60') throw new RangeError(`${where}: \`period\` is 30 or 60`)
  return {
    serial,
    seed: seedOf(field('seed'), where),
    digits: digits === '8' ? 8 : 6,
    stepSeconds: period === '60' ? 60 : 30,
  }
}

/** Hex or base32. What could be both is refused, not guessed: a wrong seed makes no code fit. */
function seedOf(text: string, where: string): Buffer {
  const [, form, written] = /^(?:(hex|base32):)?(.*)$/is.exec(text) as unknown as string[]
  const bare = written!.replace(/[ -]/g, '')
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(bare)
  const found = {
    hex: isHex ? Buffer.from(bare, 'hex') : undefined,
    base32: bytesOfBase32(bare),
  }
  const fits = (seed: Buffer | undefined) =>
    seed && seed.length >= leastSeedBytes && seed.length <= mostSeedBytes ? seed : undefined
  const [hex, base32] = [fits(found.hex), fits(found.base32)]
  const wanted = form?.toLowerCase() as 'hex' | 'base32' | undefined
  if (wanted === undefined && hex && base32)
    throw new RangeError(
      `${where}: the seed could be hex or base32: write \`hex:\` or \`base32:\` before it`,
    )
  const seed = wanted ? { hex, base32 }[wanted] : (hex ?? base32)
  if (seed && new Set(seed).size > 1) return seed
  throw new RangeError(
    `${where}: expected a seed in hex or base32, ${leastSeedBytes} to ${mostSeedBytes} bytes ` +
      'that are not all the same',
  )
}
