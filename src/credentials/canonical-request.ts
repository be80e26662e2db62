import { hash } from 'node:crypto'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Signature, SignedRequest } from './signature.ts'

/**
 * The text that the signer hashed (Signature Version 4, "Create a canonical request"), rebuilt from
 * the request as it was received.
 */
export function canonicalRequest(signature: Signature, request: SignedRequest): string {
  const path = encodePath(request.rawPath)
  const query = request.rawQuery === '' ? '' : canonicalQuery(request.rawQuery)
  const headers = canonicalHeaders(signature.signedHeaders, request.rawHeaders)
  return (
    `${request.method}\n${path}\n${query}\n${headers}\n` +
    `${signature.signedHeaders.join(';')}\n${request.bodyHash ?? hash('sha256', request.body)}`
  )
}

/**
 * The path without empty and dot segments, as most signers write it (RFC 3986, section 6.2.2.3). A
 * client that was given an address with a slash at its end sends `//` and signs `/`.
 */
export function normalizedPath(rawPath: string): string {
  if (rawPath === '/') return rawPath
  const kept: string[] = []
  for (const segment of rawPath.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return kept.length === 0 ? '/' : `/${kept.join('/')}${rawPath.endsWith('/') ? '/' : ''}`
}

/**
 * IAM and STS use the path `/`. Any other path is encoded once more, segment by segment, as signers
 * do.
 */
function encodePath(rawPath: string): string {
  if (rawPath === '' || rawPath === '/') return '/'
  return rawPath.split('/').map(encode).join('/')
}

function canonicalQuery(rawQuery: string): string {
  const pairs: string[] = []
  for (const part of rawQuery.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = encode(decode(equals < 0 ? part : part.slice(0, equals)))
    if (name === 'X-Amz-Signature') continue
    pairs.push(`${name}=${equals < 0 ? '' : encode(decode(part.slice(equals + 1)))}`)
  }
  // Compare encoded texts by code unit, name first. Comparing `name=value` as one text would be
  // wrong: '=' sorts after '%' and digits.
  return pairs.sort(byNameThenValue).join('&')
}

function byNameThenValue(a: string, b: string): number {
  const [nameA, nameB] = [a.slice(0, a.indexOf('=')), b.slice(0, b.indexOf('='))]
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  return Number(a > b) - Number(a < b)
}

/**
 * The signed headers, each of which must be present. Values of one name are joined, runs of spaces
 * become one.
 */
function canonicalHeaders(names: readonly string[], rawHeaders: readonly string[]): string {
  let text = ''
  let last = ''
  for (const name of names) {
    const value = name > last ? headerValue(name, rawHeaders) : undefined
    if (value === undefined)
      throw commonFault(
        'SignatureDoesNotMatch',
        'SignedHeaders must be in order, and every one of them sent. ',
      )
    text += `${name}:${value}\n`
    last = name
  }
  return text
}

function headerValue(name: string, rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i]!
    if (header.length !== name.length || header.toLowerCase() !== name) continue
    // Not `trim`: it takes a byte of a letter for a space.
    let value = rawHeaders[i + 1]!.replace(/^[\t ]+|[\t ]+$/g, '')
    if (value.includes('  ')) value = value.replace(/ {2,}/g, ' ')
    found = found === undefined ? value : `${found},${value}`
  }
  return found
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw commonFault('MalformedQueryString', 'The query string cannot be decoded.')
  }
}

/** RFC 3986: encodes everything except unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
