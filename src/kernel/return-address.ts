import { isLoopback } from './loopback.ts'

/** What is wrong with an address that people are sent to; undefined: nothing. */
export function wrongReturn(uri: string, type: 'web' | 'native'): string | undefined {
  const url = URL.parse(uri)
  if (!url) return undefined
  if (url.username !== '' || url.password !== '') return 'an address with a user name or password'
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:')
    return isLoopback(url.hostname) ? undefined : 'expected https: codes would go in the clear'
  // RFC 8252, section 7.1: a scheme of one's own is a domain name, reversed.
  return type === 'native' && /^[a-z][a-z0-9+-]*\.[a-z0-9+.-]+:$/.test(url.protocol)
    ? undefined
    : 'expected https; a `native` app may have a scheme with a dot, such as `com.example.app:/`'
}
