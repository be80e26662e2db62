/** How bytes from the directory become text. */
export type Format = 'text' | 'guid' | 'uuid' | 'sid' | 'hex' | 'base64' | 'filetime'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Converters by format. They return undefined for bytes that do not fit the format: such a value is
 * left out, never guessed.
 */
export const formats: Readonly<Record<Format, (bytes: Buffer) => string | undefined>> = {
  text: (bytes) => {
    try {
      return utf8.decode(bytes)
    } catch {
      return undefined
    }
  },
  guid: guidText,
  uuid: (bytes) => (bytes.length === 16 ? dashed(bytes.toString('hex')) : undefined),
  sid: sidText,
  hex: (bytes) => bytes.toString('hex'),
  base64: (bytes) => bytes.toString('base64'),
  filetime: (bytes) => filetimeText(bytes.toString('latin1')),
}

/** Formats of attributes that are binary under their usual names; everything else is text. */
const usual: Readonly<Record<string, Format>> = {
  objectguid: 'guid',
  'ms-ds-consistencyguid': 'guid',
  objectsid: 'sid',
  sidhistory: 'sid',
  tokengroups: 'sid',
  jpegphoto: 'base64',
  thumbnailphoto: 'base64',
  usercertificate: 'base64',
}

export function usualFormat(attribute: string): Format {
  const [bare = ''] = attribute.toLowerCase().split(';')
  return usual[bare] ?? (attribute.toLowerCase().endsWith(';binary') ? 'base64' : 'text')
}

/** Returns the value whose text, in the usual format of the attribute, is `text`. */
export function searchValue(attribute: string, text: string): string | Buffer | undefined {
  return values[usualFormat(attribute)](text)
}

/** The other way round; undefined for what no value is told as. */
const values: Readonly<Record<Format, (text: string) => string | Buffer | undefined>> = {
  text: (text) => text,
  guid: (text) => {
    const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
    return bytes.length === 16 ? Buffer.from(guidOrder.map((index) => bytes[index]!)) : undefined
  },
  uuid: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
  sid: sidBytes,
  hex: (text) => Buffer.from(text, 'hex'),
  base64: (text) => Buffer.from(text, 'base64'),
  filetime: () => undefined,
}

function sidBytes(text: string): Buffer | undefined {
  if (!/^S-1-\d{1,14}(?:-\d{1,10}){0,15}$/.test(text)) return undefined
  const [authority = 0, ...parts] = text.split('-').slice(2).map(Number)
  if (parts.some((part) => part > 0xffffffff)) return undefined
  const bytes = Buffer.alloc(8 + 4 * parts.length)
  bytes[0] = 1
  bytes[1] = parts.length
  bytes.writeUIntBE(authority, 2, 6)
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * index)
  return bytes
}

/** The first three groups are little-endian (MS-DTYP, section 2.3.4.2). */
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

function guidText(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined
  return dashed(Buffer.from(guidOrder.map((index) => bytes[index]!)).toString('hex'))
}

function dashed(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/**
 * `S-1-5-21-…` (MS-DTYP, section 2.4.2.2): a count, a 48-bit authority, then little-endian
 * numbers.
 */
function sidText(bytes: Buffer): string | undefined {
  const count = bytes[1]
  if (count === undefined || bytes[0] !== 1 || count > 15) return undefined
  if (bytes.length !== 8 + 4 * count) return undefined
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index))
  return ['S', 1, bytes.readUIntBE(2, 6), ...parts].join('-')
}

/**
 * Converts 100-nanosecond steps since 1601, as AD writes instants; returns `never` for AD's two
 * spellings of it.
 */
function filetimeText(digits: string): string | undefined {
  if (!/^\d{1,19}$/.test(digits)) return undefined
  if (digits === '0' || digits === '9223372036854775807') return 'never'
  const sinceEpochMs = Number(BigInt(digits) / 10_000n) - 11_644_473_600_000
  return Number.isNaN(new Date(sinceEpochMs).getTime())
    ? undefined
    : new Date(sinceEpochMs).toISOString()
}

/**
 * Returns the SID of `rid` in the domain of `sid`: the account's SID with its last number replaced.
 */
export function siblingSid(sid: Buffer, rid: number): Buffer | undefined {
  if (
    sidText(sid) === undefined ||
    sid.length < 12 ||
    !Number.isInteger(rid) ||
    rid < 0 ||
    rid > 0xffffffff
  )
    return undefined
  const sibling = Buffer.from(sid)
  sibling.writeUInt32LE(rid, sid.length - 4)
  return sibling
}
