import { SamlFault } from './saml-fault.ts'

const nameStart =
  String.raw`A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff` +
  String.raw`\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd` +
  String.raw`\u{10000}-\u{effff}`
const name = String.raw`[${nameStart}][${nameStart}\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*`
/** A qualified name with at most one colon (Namespaces in XML 1.0, section 4). */
const qualified = `${name}(?::${name})?`
const space = String.raw`[ \t\r\n]`
const sticky = (source: string) => new RegExp(source, 'uy')

const text = sticky('[^<]+')
const startTag = sticky(`<(${qualified})`)
const attribute = sticky(`${space}+${qualified}${space}*=${space}*(?:"([^<"]*)"|'([^<']*)')`)
const startTagEnd = sticky(`${space}*(/?)>`)
const endTag = sticky(`</(${qualified})${space}*>`)
/** These three are allowed in documents only. A comment has no `--` inside. */
const comment = sticky('<!--(?:(?!--)[^])*-->')
const target = String.raw`(?!xml[ \t\r\n?])${name}`
const instruction = sticky(String.raw`<\?${target}(?:${space}(?:(?!\?>)[^])*)?\?>`)
const cdata = sticky(String.raw`<!\[CDATA\[(?:(?!\]\]>)[^])*\]\]>`)

const bareAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,10}|#x[0-9a-fA-F]{1,8});)/
const reference = /&#(?:x([0-9a-fA-F]+)|([0-9]+));/g

/** How deep elements may nest, and how many attributes one may have. */
const deepest = 64
const mostAttributes = 256

export interface TagLimits {
  /** Whether comments, processing instructions and CDATA are allowed. */
  readonly document: boolean
  /** The most elements, comments included, and half the most attributes. Absent: no limit. */
  readonly elements?: number | undefined
}

/** A tag of a document, or what stands beside tags and text, from `at` up to `end` in its text. */
export interface Tag {
  readonly kind: 'start' | 'end' | 'empty' | 'cdata' | 'comment' | 'instruction'
  readonly at: number
  readonly end: number
}

/**
 * Check that `source` is one well-formed element (XML 1.0, sections 2 to 4), because the parser
 * recovers from ill-formed text, and two readers may recover differently. Check the limits too,
 * because the parser takes a hundred times as long for a tag. `document` allows comments and
 * processing instructions around and inside the element, and CDATA inside: return the text without
 * them, and with CDATA as escaped text. Throws SamlFault.
 */
export function wellFormed(source: string, limits: TagLimits): string {
  const kept: string[] = []
  let from = 0
  for (const { kind, at, end } of tagsOf(source, limits)) {
    if (kind === 'start' || kind === 'end' || kind === 'empty') continue
    kept.push(source.slice(from, at))
    if (kind === 'cdata') kept.push(escaped(source.slice(at + cdataStart.length, end - 3)))
    from = end
  }
  return kept.length === 0 ? source : kept.join('') + source.slice(from)
}

const cdataStart = '<![CDATA['
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escaped = (characters: string) => characters.replace(/[&<>]/g, (one) => escapes[one]!)

/** Yield the tags of `source` in order, while they are well-formed. Throws as `wellFormed`. */
export function* tagsOf(source: string, { document, elements }: TagLimits): Generator<Tag, void> {
  const open: string[] = []
  const count = counting(elements ?? Number.POSITIVE_INFINITY)
  let roots = 0
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (!found) return undefined
    at = pattern.lastIndex
    return found
  }
  while (at < source.length) {
    const inside = open.length > 0
    const characters = take(text)?.[0]
    if (characters !== undefined) {
      if (inside) checkText(characters)
      else if (/[^ \t\r\n]/.test(characters)) throw notOneRoot()
      continue
    }
    const began = at
    const beside = document ? besideTag(take, inside) : undefined
    if (beside) {
      count.node()
      yield { kind: beside, at: began, end: at }
      continue
    }
    const ended = take(endTag)?.[1]
    if (ended !== undefined) {
      if (open.pop() !== ended) throw illFormed()
      yield { kind: 'end', at: began, end: at }
      continue
    }
    const started = take(startTag)?.[1]
    if (started === undefined) throw illFormed()
    if (!inside && ++roots > 1) throw notOneRoot()
    count.element(open.length + 1)
    for (let value = take(attribute), here = 1; value; value = take(attribute), here++) {
      count.attribute(here)
      checkReferences(value[1] ?? value[2]!)
    }
    const end = take(startTagEnd)?.[1]
    if (end === undefined) throw illFormed()
    if (end === '') open.push(started)
    yield { kind: end === '' ? 'start' : 'empty', at: began, end: at }
  }
  if (open.length > 0) throw illFormed()
  if (roots === 0) throw notOneRoot()
}

function besideTag(
  take: (pattern: RegExp) => RegExpExecArray | undefined,
  inside: boolean,
): 'comment' | 'instruction' | 'cdata' | undefined {
  if (take(comment)) return 'comment'
  if (take(instruction)) return 'instruction'
  return inside && take(cdata) ? 'cdata' : undefined
}

/** Counts the nodes of a document and their attributes. Its methods throw SamlFault. */
function counting(mostElements: number) {
  let [nodes, attributes] = [0, 0]
  const node = () => {
    if (++nodes > mostElements) throw tooMany('elements', mostElements)
  }
  return {
    /** A comment, a processing instruction or a CDATA section. */
    node,
    element(depth: number): void {
      node()
      if (depth > deepest)
        throw new SamlFault('size', 'elements stand too deep in each other', {
          expected: `at most ${deepest}`,
        })
    },
    attribute(ofElement: number): void {
      if (ofElement > mostAttributes) throw tooMany('attributes', mostAttributes)
      if (++attributes > mostElements * 2) throw tooMany('attributes', mostElements * 2)
    },
  }
}

const tooMany = (what: string, most: number) =>
  new SamlFault('size', `too many ${what}`, { expected: `at most ${most}` })

function checkText(characters: string): void {
  if (characters.includes(']]>')) throw illFormed()
  checkReferences(characters)
}

function checkReferences(value: string): void {
  if (!value.includes('&')) return
  if (bareAmpersand.test(value)) throw illFormed()
  for (const [, hex, decimal] of value.matchAll(reference)) {
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    // Refuse surrogates too: two adjacent references do not make one character.
    if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) throw notAllowed()
  }
}

const illFormed = () => new SamlFault('xml', 'this is not well-formed XML')
const notOneRoot = () => new SamlFault('xml', 'there is not exactly one root element')
const notAllowed = () => new SamlFault('xml', 'a character that XML does not allow')
