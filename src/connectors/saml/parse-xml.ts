import { createRequire } from 'node:module'
import type * as Xmldom from '@xmldom/xmldom'
import { SamlFault } from './saml-fault.ts'

// Loaded with the first message: a house without SAML does without its memory.
const load = createRequire(import.meta.url)
const xmldom = (): typeof Xmldom => load('@xmldom/xmldom')

export interface XmlLimits {
  readonly characters: number
  readonly elements: number
  /** For documents that people write, metadata: comments are left out before anything reads them. */
  readonly dropComments?: true
}

/** STS API reference, "SAMLAssertion": at most 100,000 characters. */
export const messageLimits: XmlLimits = { characters: 100_000, elements: 5000 }

const deepest = 64
const mostAttributes = 256
const declaration = /^<\?xml\s+version=(["'])1\.0\1(?:\s+encoding=(["'])utf-8\2)?(?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
/** Attributes that a reference of a signature, ours or another program's, may take for an id. */
const idNames = new Set(['id', 'assertionid', 'responseid', 'requestid'])

/**
 * The one way from text to a tree. What an honest identity provider never writes is refused before anything reads it: DOCTYPE and
 * entities, comments, CDATA and processing instructions (two readers may see two texts in them), ids that occur twice,
 * and whatever costs more than its size. Throws SamlFault.
 */
export function parseXml(text: string, limits: XmlLimits = messageLimits): Element {
  if (text.length > limits.characters) throw new SamlFault('size', 'the message is too long', { found: `${text.length} characters`, expected: `at most ${limits.characters}` })
  const body = text.replace(/^\ufeff/, '').replace(declaration, '').trim()
  const odd = (limits.dropComments ? /<[?]|<!(?!--)/ : /<[!?]/).exec(body)
  if (odd) throw new SamlFault('xml', 'DOCTYPE, entities, comments, CDATA and processing instructions are refused', { found: body.slice(odd.index, odd.index + 40) })
  if (forbidden.test(body)) throw new SamlFault('xml', 'a character that XML does not allow')
  // Before the parser works: it is slow on elements that stand deep in each other.
  if (body.split('<', limits.elements * 2 + 2).length > limits.elements * 2 + 1) throw new SamlFault('size', 'too many elements', { expected: `at most ${limits.elements}` })
  const root = parsed(body, limits.dropComments === true)
  checkTree(root, limits)
  return root
}

function parsed(text: string, comments: boolean): Element {
  const refuse = (message: string) => {
    throw new SamlFault('xml', 'this is not well-formed XML', { found: message.split('\n')[0]!.slice(0, 120) })
  }
  let document: Document
  try {
    document = new (xmldom().DOMParser)({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } }).parseFromString(text, 'text/xml')
  } catch (error) {
    if (error instanceof SamlFault) throw error
    throw new SamlFault('xml', 'this is not well-formed XML', { cause: error })
  }
  const root = document?.documentElement
  const beside = (node: Node) => node !== root && !(comments && (node.nodeType === 8 || (node.nodeType === 3 && (node as Text).data.trim() === '')))
  if (!root || Array.from(document.childNodes).some(beside)) throw new SamlFault('xml', 'there is not exactly one root element')
  return root
}

/** Without recursion: depth is the sender's to choose. */
function checkTree(root: Element, limits: XmlLimits): void {
  const ids = new Set<string>()
  let elements = 0
  const waiting: { readonly element: Element; readonly depth: number }[] = [{ element: root, depth: 1 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { element, depth } = next
    if (++elements > limits.elements) throw new SamlFault('size', 'too many elements', { expected: `at most ${limits.elements}` })
    if (depth > deepest) throw new SamlFault('size', 'elements stand too deep in each other', { expected: `at most ${deepest}` })
    if (element.prefix && !element.namespaceURI) throw new SamlFault('xml', 'a prefix without a namespace', { found: element.tagName })
    checkAttributes(element, ids)
    for (let child = element.firstChild, after = child?.nextSibling ?? null; child; child = after, after = child?.nextSibling ?? null) {
      if (child.nodeType === 8 && limits.dropComments) element.removeChild(child)
      else if (child.nodeType === 1) waiting.push({ element: child as Element, depth: depth + 1 })
      else if (child.nodeType !== 3) throw new SamlFault('xml', 'only elements and text are accepted')
      else if (forbidden.test((child as Text).data)) throw new SamlFault('xml', 'a character that XML does not allow')
    }
  }
}

function checkAttributes({ attributes }: Element, ids: Set<string>): void {
  if (attributes.length > mostAttributes) throw new SamlFault('size', 'too many attributes', { expected: `at most ${mostAttributes}` })
  for (let at = 0; at < attributes.length; at++) {
    const { name, value, localName } = attributes[at]!
    if (forbidden.test(value)) throw new SamlFault('xml', 'a character that XML does not allow')
    // Canonicalizers take it for a namespace and leave it out: it would be read and not signed.
    if (/^xmlns[^:]/.test(name)) throw new SamlFault('xml', 'an attribute that looks like a namespace', { found: name })
    if (name.startsWith('xmlns') || !idNames.has((localName ?? name).toLowerCase())) continue
    if (ids.has(value)) throw new SamlFault('structure', 'an id occurs twice', { found: value })
    ids.add(value)
  }
}
