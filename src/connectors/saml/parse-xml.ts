import { createRequire } from 'node:module'
import type * as Xmldom from '@xmldom/xmldom'
import { isKnown } from './decode-xml.ts'
import { SamlFault } from './saml-fault.ts'
import { wellFormed } from './well-formed.ts'

// Load the library with the first message, to save its memory in installations without SAML.
const load = createRequire(import.meta.url)
const xmldom = (): typeof Xmldom => load('@xmldom/xmldom')

export interface XmlLimits {
  readonly characters: number
  readonly elements: number
  /**
   * For metadata, which people edit by hand: comments and processing instructions are dropped
   * before anything reads them, and CDATA counts as text.
   */
  readonly document?: true | undefined
}

/**
 * STS API reference, "SAMLAssertion": at most 100,000 characters. No honest message of that size
 * comes to so many elements: a value of an attribute takes forty characters for its tags alone.
 */
export const messageLimits: XmlLimits = { characters: 100_000, elements: 2500 }

/** Matches the kind of a markup, without the content that the sender wrote into it. */
const markup = /^<(?:!--|!\[CDATA\[|!DOCTYPE|\?)/i
/** Matches the parser's own text, which comes before anything that it quotes of the message. */
const parserWords = /^[\w[\] \t]{1,60}/

/**
 * Accepts any encoding name that is known: the text is already decoded (decode-xml.ts), so that its
 * declared encoding no longer matters (RFC 7303, section 3).
 */
const declaration = new RegExp(
  String.raw`^<\?xml\s+version\s*=\s*(["'])1\.0\1` +
    String.raw`(?:\s+encoding\s*=\s*(["'])([A-Za-z][\w.-]{0,39})\2)?` +
    String.raw`(?:\s+standalone\s*=\s*(["'])(?:yes|no)\4)?\s*\?>`,
)
/**
 * Fold line ends as in XML 1.0, section 2.11; the parser's default is the rule of XML 1.1, which
 * also folds U+0085 and U+2028.
 */
const foldLineEnds = (source: string) => source.replace(/\r\n?/g, '\n')
/** Control characters and lone surrogates (XML 1.0, section 2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/u
/**
 * Attributes that a signature reference may resolve as an id, in our code or in another program.
 */
const idNames = new Set(['id', 'assertionid', 'responseid', 'requestid'])

/**
 * Parse text into a tree; all XML goes through here. Refuse, before anything reads it, what honest
 * identity providers never write: DOCTYPE and entities; comments, CDATA and processing
 * instructions, because two readers may extract different texts; duplicate ids; and anything that
 * costs more to process than its size suggests. Throws SamlFault.
 */
export function parseXml(text: string, limits: XmlLimits = messageLimits): Element {
  if (text.length > limits.characters)
    throw new SamlFault('size', 'the message is too long', {
      found: `${text.length} characters`,
      expected: `at most ${limits.characters}`,
    })
  const body = withoutDeclaration(text)
  const document = limits.document === true
  const odd = (document ? /<!(?!--|\[CDATA\[)/ : /<[!?]/).exec(body)
  if (odd)
    throw new SamlFault(
      'xml',
      'DOCTYPE, entities, comments, CDATA and processing instructions are refused',
      { found: markup.exec(body.slice(odd.index, odd.index + 12))?.[0] },
    )
  if (forbidden.test(body)) throw new SamlFault('xml', 'a character that XML does not allow')
  const root = parsed(wellFormed(body, { document, elements: limits.elements }))
  checkTree(root)
  return root
}

/** Return the text without its byte order mark and its XML declaration, if that can be accepted. */
export function withoutDeclaration(text: string): string {
  return text
    .replace(/^\ufeff/, '')
    .replace(declaration, (whole, _, __, encoding = 'utf-8') => (isKnown(encoding) ? '' : whole))
}

function parsed(text: string): Element {
  const refuse = (message: string) => {
    throw new SamlFault('xml', 'this is not well-formed XML', {
      found: parserWords.exec(message)?.[0],
    })
  }
  // The types of the library lack the option for line ends.
  const options = {
    normalizeLineEndings: foldLineEnds,
    errorHandler: { warning: refuse, error: refuse, fatalError: refuse },
  }
  let tree: Document
  try {
    tree = new (xmldom().DOMParser)(options).parseFromString(text, 'text/xml')
  } catch (error) {
    if (error instanceof SamlFault) throw error
    throw new SamlFault('xml', 'this is not well-formed XML', { cause: error })
  }
  const root = tree?.documentElement
  const beside = (node: Node) =>
    node !== root && !(node.nodeType === 3 && /^[ \t\r\n]*$/.test((node as Text).data))
  if (!root || Array.from(tree.childNodes).some(beside))
    throw new SamlFault('xml', 'there is not exactly one root element')
  return root
}

/** Walk without recursion, because the sender chooses the depth. */
function checkTree(root: Element): void {
  const ids = new Set<string>()
  const waiting = [root]
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    if (element.prefix && !element.namespaceURI)
      throw new SamlFault('xml', 'a prefix without a namespace', { found: element.tagName })
    checkAttributes(element, ids)
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === 1) waiting.push(child as Element)
      else if (child.nodeType !== 3)
        throw new SamlFault('xml', 'only elements and text are accepted')
      else if (forbidden.test((child as Text).data))
        throw new SamlFault('xml', 'a character that XML does not allow')
    }
  }
}

function checkAttributes({ attributes }: Element, ids: Set<string>): void {
  for (let at = 0; at < attributes.length; at++) {
    const { name, value, localName, namespaceURI } = attributes[at]!
    if (forbidden.test(value)) throw new SamlFault('xml', 'a character that XML does not allow')
    // Canonicalizers treat it as a namespace and omit it, so that it would be read but not signed.
    if (/^xmlns[^:]/.test(name))
      throw new SamlFault('xml', 'an attribute that looks like a namespace', { found: name })
    const prefixed = name.includes(':')
    if (name.startsWith('xmlns') ? prefixed && isMisbound(name, value) : prefixed && !namespaceURI)
      throw new SamlFault('xml', 'a prefix without a namespace', { found: name })
    if (prefixed && namesTwice(attributes, at))
      throw new SamlFault('xml', 'an attribute occurs twice', { found: name })
    if (name.startsWith('xmlns') || !idNames.has((localName ?? name).toLowerCase())) continue
    if (ids.has(value)) throw new SamlFault('structure', 'an id occurs twice', { found: value })
    ids.add(value)
  }
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'

/**
 * Whether a declaration binds a prefix to a reserved namespace (Namespaces in XML 1.0, section 3).
 */
function isMisbound(name: string, uri: string): boolean {
  if (name === 'xmlns:xml' || uri === xmlNamespace)
    return name !== 'xmlns:xml' || uri !== xmlNamespace
  return uri === '' || name === 'xmlns:xmlns' || uri === 'http://www.w3.org/2000/xmlns/'
}

/**
 * Two prefixes of the same namespace make the same attribute name (Namespaces in XML 1.0, section
 * 6.3).
 */
function namesTwice(attributes: NamedNodeMap, at: number): boolean {
  const { namespaceURI, localName } = attributes[at]!
  for (let before = 0; before < at; before++)
    if (
      attributes[before]!.localName === localName &&
      attributes[before]!.namespaceURI === namespaceURI
    )
      return true
  return false
}
