import { SamlFault } from './saml-fault.ts'

export const ns = {
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  md: 'urn:oasis:names:tc:SAML:2.0:metadata',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  dsig11: 'http://www.w3.org/2009/xmldsig11#',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  xenc11: 'http://www.w3.org/2009/xmlenc11#',
  ec: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const
export type Namespace = keyof typeof ns

export function isNamed(element: Element, space: Namespace, name: string): boolean {
  return element.localName === name && element.namespaceURI === ns[space]
}

export function childElements(parent: Element): readonly Element[] {
  const found: Element[] = []
  for (let child = parent.firstChild; child; child = child.nextSibling)
    if (child.nodeType === 1) found.push(child as Element)
  return found
}

export function childrenNamed(parent: Element, space: Namespace, name: string): readonly Element[] {
  return childElements(parent).filter((child) => isNamed(child, space, name))
}

/**
 * Return the child, or undefined when it is absent. Throws SamlFault when there are several, since
 * none of them takes precedence.
 */
export function optionalChild(
  parent: Element,
  space: Namespace,
  name: string,
): Element | undefined {
  const found = childrenNamed(parent, space, name)
  if (found.length > 1)
    throw new SamlFault(
      'structure',
      `\`${name}\` occurs ${found.length} times in \`${parent.localName}\``,
    )
  return found[0]
}

export function onlyChild(parent: Element, space: Namespace, name: string): Element {
  const found = optionalChild(parent, space, name)
  if (!found) throw new SamlFault('structure', `\`${parent.localName}\` has no \`${name}\``)
  return found
}

/** Return every descendant with the name, in any namespace. */
export function anywhere(root: Element, name: string): readonly Element[] {
  const found: Element[] = []
  const waiting = [root]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.localName === name) found.push(next)
    // Push one by one: hundreds of thousands of children are too many arguments for one call.
    for (const child of childElements(next)) waiting.push(child)
  }
  return found
}

/**
 * Return the whole text of an element that holds text only. Throws SamlFault when it holds
 * elements.
 */
export function textOf(element: Element): string {
  let text = ''
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType !== 3)
      throw new SamlFault('structure', `\`${element.localName}\` holds more than text`)
    text += (child as Text).data
  }
  return text
}

/** Return the attribute, or undefined when it is absent. */
export function attributeOf(element: Element, name: string): string | undefined {
  return element.hasAttribute(name) ? (element.getAttribute(name) ?? '') : undefined
}

/** Read an instant in the form of SAML core, 1.3.3 (UTC). Throws SamlFault. */
export function instantOf(element: Element, name: string): Date | undefined {
  const text = attributeOf(element, name)
  if (text === undefined) return undefined
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)?$/.test(text)
    ? new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
    : undefined
  if (!instant || Number.isNaN(instant.getTime()))
    throw new SamlFault('structure', `\`${name}\` is not an instant`, { found: text })
  return instant
}
