/** An IP address as unsigned 32-bit words: one for v4, four for v6. */
export type Address = readonly number[]
export interface AddressRange {
  readonly words: Address
  readonly bits: number
}

const decimal = /^(?:0|[1-9]\d{0,2})$/

/** Parsed by hand, because every request has an address. */
function parseV4(text: string): number | undefined {
  if (text.length > 15) return undefined
  let word = 0
  let part = 0
  let digits = 0
  let parts = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46
    if (code === 46) {
      if (digits === 0 || part > 255) return undefined
      word = word * 256 + part
      parts++
      part = 0
      digits = 0
    } else {
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return undefined
      part = part * 10 + code - 48
      digits++
    }
  }
  return parts === 4 ? word : undefined
}

/** The 16-bit groups of one side of `::`; undefined when one is not hexadecimal. */
function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':', 9)
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const v4 = last && i === parts.length - 1 ? parseV4(part) : undefined
    if (v4 === undefined) return undefined
    groups.push(Math.floor(v4 / 65_536), v4 % 65_536)
  }
  return groups
}

function parseV6(text: string): Address | undefined {
  const sides = text.split('::', 3)
  if (sides.length > 2) return undefined
  const head = groupsOf(sides[0]!, sides.length === 1)
  const tail = sides.length === 2 ? groupsOf(sides[1]!, true) : []
  if (!head || !tail) return undefined
  const absent = 8 - head.length - tail.length
  if (sides.length === 1 ? absent !== 0 : absent < 1) return undefined
  const groups = [...head, ...new Array<number>(absent).fill(0), ...tail]
  return [0, 2, 4, 6].map((i) => groups[i]! * 65_536 + groups[i + 1]!)
}

/** Parses an IPv4 address without leading zeros, or an IPv6 address (RFC 4291) without a zone. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined
  if (text.includes(':')) return parseV6(text)
  const word = parseV4(text)
  return word === undefined ? undefined : [word]
}

/** Parses an address with a prefix length; without one it is a single host. */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  const words = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (!words) return undefined
  const longest = words.length * 32
  if (slash < 0) return { words, bits: longest }
  const length = text.slice(slash + 1)
  return decimal.test(length) && Number(length) <= longest
    ? { words, bits: Number(length) }
    : undefined
}

/** An IPv4 range never contains an IPv6 address, nor the other way round. */
export function inRange(address: Address, { words, bits }: AddressRange): boolean {
  if (address.length !== words.length) return false
  for (let i = 0, left = bits; left > 0; i++, left -= 32) {
    const mask = left >= 32 ? 0xffffffff : ~(0xffffffff >>> left)
    if (((address[i]! ^ words[i]!) & mask) !== 0) return false
  }
  return true
}
