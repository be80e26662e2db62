import type { X509Certificate } from 'node:crypto'

/** A request as it was received, before anything is parsed. Independent of Express. */
export interface WireRequest {
  readonly method: string
  readonly rawPath: string
  /** Without the question mark; empty when there is none. */
  readonly rawQuery: string
  /** Node's flat list: name, value, name, value … */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly sourceAddress: string
  /** Over TLS, to us or to a configured proxy. */
  readonly secure: boolean
  /** The client's certificate as a trusted proxy tells of it, for calls that it may prove. */
  readonly certificate?:
    | (() => { readonly certificate: X509Certificate; readonly verified: boolean } | undefined)
    | undefined
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The first header of that name (lower case); undefined when there is none. */
export function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at]!
    if (header.length === name.length && header.toLowerCase() === name) return rawHeaders[at + 1]
  }
  return undefined
}
