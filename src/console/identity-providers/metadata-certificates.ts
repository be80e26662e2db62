import { X509Certificate } from 'node:crypto'

export interface MetadataCertificate {
  readonly subject: string
  readonly ends: Date
  /** Absent: for signatures and encryption. */
  readonly use: 'signing' | 'encryption' | undefined
  /** SHA-256 in lower-case hexadecimal digits. */
  readonly fingerprint: string
}

/** More are a list that nobody reads, and each costs a moment. */
const mostRead = 50

/**
 * The certificates of a provider's metadata, to be shown: what counts is read by the operations.
 * Leaves out what is no certificate, and those that stand there again. Takes time in proportion to
 * the text, whatever it holds.
 */
export function metadataCertificates(document: string): readonly MetadataCertificate[] {
  const found = new Map<string, MetadataCertificate>()
  let use: MetadataCertificate['use'] | 'none' = 'none'
  let left = mostRead
  for (const { name, text, after } of tagsOf(document)) {
    if (name === 'KeyDescriptor') use = useOf(text)
    else if (name === '/KeyDescriptor') use = 'none'
    if (name !== 'X509Certificate' || use === 'none') continue
    if (left-- === 0) break
    const certificate = read(document.slice(after, ends(document, '<', after)))
    if (!certificate) continue
    const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    const subject = certificate.subject?.replaceAll('\n', ', ') ?? ''
    const shown = { subject, ends: certificate.validToDate, use, fingerprint }
    found.set(`${use} ${fingerprint}`, shown)
  }
  return [...found.values()]
}

interface Tag {
  /** Without its prefix; the end of an element has `/` before it. */
  readonly name: string
  readonly text: string
  /** Where the document goes on. */
  readonly after: number
}

function* tagsOf(document: string): Generator<Tag> {
  for (let at = document.indexOf('<'); at >= 0; ) {
    const isComment = document.startsWith('<!--', at)
    const close = isComment ? '-->' : '>'
    const after = ends(document, close, at) + close.length
    if (after > document.length) return
    const text = document.slice(at, after)
    const [, slash = '', name = ''] = /^<(\/?)(?:[\w.-]+:)?([\w.-]+)/.exec(text) ?? []
    if (!isComment) yield { name: slash + name, text, after }
    at = document.indexOf('<', after)
  }
}

/** Where a sign comes next; the end of the text where it does not. */
function ends(text: string, sign: string, from: number): number {
  const at = text.indexOf(sign, from)
  return at < 0 ? text.length : at
}

function useOf(tag: string): MetadataCertificate['use'] {
  const named = /\suse\s*=\s*["'](signing|encryption)["']/.exec(tag)?.[1]
  return named === 'signing' || named === 'encryption' ? named : undefined
}

function read(base64: string): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}
