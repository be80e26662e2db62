import { createRequire } from 'node:module'
import type * as XmlCrypto from 'xml-crypto'

type Base = XmlCrypto.ExclusiveCanonicalization

// Load the library with the first message, to save its memory in installations without SAML.
const load = createRequire(import.meta.url)
let canonicalizer: (new () => Base) | undefined

const defaultPrefix = '#default'
const byCodeUnit = (one: string, other: string) => Number(one > other) - Number(one < other)

/**
 * Return Exclusive XML Canonicalization 1.0 without comments: a tree from `parseXml` has none.
 * `prefixes` is a `PrefixList`; `#default` in it is the default namespace (section 3).
 */
export function canonical(element: Element, prefixes: readonly string[] | undefined): string {
  canonicalizer ??= correctedCanonicalizer(load('xml-crypto'))
  return new canonicalizer().process(element, {
    ...(prefixes && { inclusiveNamespacesPrefixList: [...prefixes] }),
    ancestorNamespaces: namespacesAbove(element),
  })
}

/**
 * Correct the canonicalizer of the library where it departs from the standard: `#default`, and the
 * order of prefixes.
 */
function correctedCanonicalizer({ ExclusiveCanonicalization }: typeof XmlCrypto): new () => Base {
  return class extends ExclusiveCanonicalization {
    override nsCompare(
      one: { prefix: string; namespaceURI: string },
      other: { prefix: string; namespaceURI: string },
    ) {
      // Sort by code point, not by locale (Canonical XML 1.0, section 4.8).
      return byCodeUnit(one.prefix, other.prefix)
    }

    override renderNs(...given: Parameters<Base['renderNs']>): ReturnType<Base['renderNs']> {
      const [element, , defaultNs, , listed] = given
      const found = super.renderNs(...given)
      // An element without a prefix already renders the default namespace.
      if (!(element as Element).prefix || !listed.includes(defaultPrefix)) return found
      const inScope = defaultNamespace(element as Element)
      if (inScope === defaultNs) return found
      return { rendered: ` xmlns="${escaped(inScope)}"${found.rendered}`, newDefaultNs: inScope }
    }
  }
}

function defaultNamespace(element: Element): string {
  for (let at: Node | null = element; at && at.nodeType === 1; at = at.parentNode)
    if ((at as Element).hasAttribute('xmlns')) return (at as Element).getAttribute('xmlns') ?? ''
  return ''
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

function namespacesAbove(element: Element): { prefix: string; namespaceURI: string }[] {
  const found = new Map<string, string>()
  for (
    let parent = element.parentNode;
    parent && parent.nodeType === 1;
    parent = parent.parentNode
  ) {
    const { attributes } = parent as Element
    for (let at = 0; at < attributes.length; at++) {
      const { name, value } = attributes[at]!
      if (name.startsWith('xmlns:') && !found.has(name.slice(6))) found.set(name.slice(6), value)
    }
  }
  return [...found].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }))
}
