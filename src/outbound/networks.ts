import { BlockList, isIP } from 'node:net'

const bitsOf = { 4: 32, 6: 128 } as const

/** Whether a text names an address (`10.0.0.7`), a network (`10.0.0.0/8`) or `loopback`. */
export function isNetwork(text: string): boolean {
  return parse(text) !== undefined
}

/** Whether an address is in one of these networks. Throws RangeError for a text that names none. */
export function networks(texts: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const text of texts) {
    const parsed = parse(text)
    if (!parsed) throw new RangeError(`\`${text}\` is no network`)
    for (const { address, bits, family } of parsed) list.addSubnet(address, bits, family)
  }
  return (address) => {
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
}

interface Network {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

function parse(text: string): readonly Network[] | undefined {
  if (text === 'loopback')
    return [
      { address: '127.0.0.0', bits: 8, family: 'ipv4' },
      { address: '::1', bits: 128, family: 'ipv6' },
    ]
  const [address = '', length, more] = text.split('/')
  const version = isIP(address) as 0 | 4 | 6
  if (version === 0 || more !== undefined || address.includes('%')) return undefined
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined
  const bits = length === undefined ? bitsOf[version] : Number(length)
  if (bits > bitsOf[version]) return undefined
  return [{ address, bits, family: version === 6 ? 'ipv6' : 'ipv4' }]
}
