import { hash } from 'node:crypto'
import { commonFault } from '../kernel/aws-fault.ts'
import type { Signature, SignedRequest } from './signature.ts'

/** The text that a signer hashed (Signature Version 4, "Create a canonical request"), made from the request as it came in. */
export function canonicalRequest(signature: Signature, request: SignedRequest): string {
  const path = canonicalPath(request.rawPath)
  const query = request.rawQuery === '' ? '' : canonicalQuery(request.rawQuery)
  return `${request.method}\n${path}\n${query}\n${canonicalHeaders(signature.signedHeaders, request.rawHeaders)}\n`
    + `${signature.signedHeaders.join(';')}\n${hash('sha256', request.body)}`
}

/** IAM and STS live at `/`; any other path is encoded once more, segment by segment, as signers do. */
function canonicalPath(rawPath: string): string {
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
  // By code unit of the encoded text, name first: '=' sorts before every unreserved letter but after '%' and digits only by chance.
  return pairs.sort(byNameThenValue).join('&')
}

function byNameThenValue(a: string, b: string): number {
  const [nameA, nameB] = [a.slice(0, a.indexOf('=')), b.slice(0, b.indexOf('='))]
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

/** A header that was signed must be there; values of one name are joined, runs of spaces made one. */
function canonicalHeaders(names: readonly string[], rawHeaders: readonly string[]): string {
  let text = ''
  let last = ''
  for (const name of names) {
    const value = name > last ? headerValue(name, rawHeaders) : undefined
    if (value === undefined) throw commonFault('SignatureDoesNotMatch', 'SignedHeaders must be in order, and every one of them sent. ')
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
    let value = rawHeaders[i + 1]!.trim()
    if (value.includes('  ')) value = value.replace(/ {2,}/g, ' ')
    found = found === undefined ? value : `${found},${value}`
  }
  return found
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw commonFault('MalformedQueryString', 'The query string can not be decoded.')
  }
}

/** RFC 3986: everything but unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
