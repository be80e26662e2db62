/** How bytes of the directory become text. */
export type Format = 'text' | 'guid' | 'uuid' | 'sid' | 'hex' | 'base64' | 'filetime'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined for bytes that are not of the format: such a value is left out, never guessed at. */
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

/** What is binary under its usual name; everything else is text. */
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
  return usual[attribute.toLowerCase()] ?? 'text'
}

/** The first three groups are little-endian (MS-DTYP, section 2.3.4.2). */
function guidText(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return dashed(Buffer.from(order.map((index) => bytes[index]!)).toString('hex'))
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** `S-1-5-21-…` (MS-DTYP, section 2.4.2.2): a count, a 48-bit authority, then little-endian numbers. */
function sidText(bytes: Buffer): string | undefined {
  const count = bytes[1]
  if (count === undefined || bytes[0] !== 1 || count > 15 || bytes.length !== 8 + 4 * count) return undefined
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index))
  return ['S', 1, bytes.readUIntBE(2, 6), ...parts].join('-')
}

/** 100-nanosecond steps since 1601, as AD writes instants; `never` for its two spellings of that. */
function filetimeText(digits: string): string | undefined {
  if (!/^\d{1,19}$/.test(digits)) return undefined
  if (digits === '0' || digits === '9223372036854775807') return 'never'
  const sinceEpochMs = Number(BigInt(digits) / 10_000n) - 11_644_473_600_000
  return Number.isNaN(new Date(sinceEpochMs).getTime()) ? undefined : new Date(sinceEpochMs).toISOString()
}

/** The SID of `rid` in the domain of `sid`: an account's own SID with its last number replaced. */
export function siblingSid(sid: Buffer, rid: number): Buffer | undefined {
  if (sidText(sid) === undefined || sid.length < 12 || !Number.isInteger(rid) || rid < 0 || rid > 0xffffffff) return undefined
  const sibling = Buffer.from(sid)
  sibling.writeUInt32LE(rid, sid.length - 4)
  return sibling
}
