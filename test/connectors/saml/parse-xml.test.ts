import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical } from '../../../src/connectors/saml/canonical.ts'
import { decodeXml } from '../../../src/connectors/saml/decode-xml.ts'
import { parseXml } from '../../../src/connectors/saml/parse-xml.ts'
import { SamlFault } from '../../../src/connectors/saml/saml-fault.ts'

test('a refusal tells the kind of markup, and nothing of what somebody wrote into it', () => {
  for (const [text, found] of [
    ['<a><!-- Ann Oz, 1.4.1970 --></a>', '<!--'],
    ['<a><![CDATA[Ann Oz]]></a>', '<![CDATA['],
    ['<!DOCTYPE Ann><a/>', '<!DOCTYPE'],
    ['<a><?Ann Oz?></a>', '<?'],
    ['<a><b c="Ann Oz></a>', undefined],
    ['<a>&AnnOz;</a>', undefined],
    ['<Ann<Oz></Ann>', undefined],
  ] as const)
    assert.throws(
      () => parseXml(text),
      (error) => {
        assert.ok(error instanceof SamlFault)
        if (found !== undefined) assert.equal(error.found, found)
        assert.doesNotMatch(`${error.message} ${error.found} ${error.detail}`, /Ann|Oz/)
        return true
      },
    )
})

test('lines end as XML 1.0 ends them, so that different names stay different', () => {
  const read = (text: string) => parseXml(`<a>${text}</a>`).textContent
  assert.equal(read('1\r\n2\r3\n4'), '1\n2\n3\n4')
  for (const kept of ['a\u2028b', 'a\u0085b']) assert.equal(read(kept), kept)
  const spellings = ['a&#x2028;b', 'a&#x85;b', 'a&#10;b', 'a&#13;b'].map(read)
  assert.equal(new Set(spellings).size, 4)
})

test('what is not well-formed is refused, although the parser behind would recover', () => {
  for (const text of [
    '<a>]]></a>',
    '<a b="<"/>',
    '<a b="1"c="2"/>',
    '<a>&amp</a>',
    '<a>& b</a>',
    '<a b="x&y"/>',
    '<a><b></a></b>',
    '<a>',
    'x<a/>',
    '<a/>x',
    '\u00a0<a/>',
    '<a/>\u2028',
    '<a/ >',
    '<a\u2028b="1"/>',
    '<a>&#xD83D;&#xDE00;</a>',
    '<a>&#x110000;</a>',
    '<a b:c="1"/>',
    '<a xmlns:b="u" xmlns:d="u" b:c="1" d:c="2"/>',
    '<a xmlns:b=""/>',
    '<a xmlns:xml="u"/>',
    '<a xmlns:b="http://www.w3.org/2000/xmlns/"/>',
    '<a/><b/>',
    '<?XML version="1.0"?><a/>',
  ])
    assert.throws(() => parseXml(text), { name: 'SamlFault', check: 'xml' }, text)
  for (const text of ['\n<a b = "1" ></a >\n', "<ä b='\"'/>", '<a xml:lang="de">&#x1F600;</a>'])
    assert.doesNotThrow(() => parseXml(text), text)
})

test('documents may have comments, instructions and CDATA; messages may not', () => {
  const text =
    '<?xml version="1.0" encoding="ISO-8859-1"?><!-- x --><?xml-stylesheet href="y"?>' +
    '<a><?p q?>one <!-- > --><![CDATA[<two> & &amp;]]></a><!-- end -->'
  const limits = { characters: 1000, elements: 10, document: true } as const
  assert.equal(parseXml(text, limits).textContent, 'one <two> & &amp;')
  assert.throws(() => parseXml(text), { check: 'xml' })
  for (const wrong of ['<!DOCTYPE a><a/>', '<a><!-- -- --></a>', '<a><?xml version="1.0"?></a>'])
    assert.throws(() => parseXml(wrong, limits), { check: 'xml' }, wrong)
})

test('what is too large is refused before the parser sees it', () => {
  const limits = { characters: 10_000_000, elements: 40_000, document: true } as const
  const attributes = (count: number) => ' a="x"'.repeat(count).replace(/a/g, () => `a${next++}`)
  let next = 0
  // Each ends ill-formed, which the parser would tell: only a check before it finds the size.
  for (const [text, found] of [
    [`<a${attributes(257)}><b></a>`, 'too many attributes'],
    [`<a>${`<b${attributes(250)}/>`.repeat(800)}</b>`, 'too many attributes'],
    [`<a>${'<b/>'.repeat(40_001)}</b>`, 'too many elements'],
    [`<a>${'<!---->'.repeat(40_001)}</b>`, 'too many elements'],
    [`<a>${'<![CDATA[]]>'.repeat(40_001)}</b>`, 'too many elements'],
    [`${'<a>'.repeat(65)}</b>`, 'elements stand too deep in each other'],
  ] as const)
    assert.throws(() => parseXml(text, limits), { check: 'size', message: new RegExp(found) })
  assert.doesNotThrow(() => parseXml(`<a${attributes(256)}/>`, limits))
  const message = (elements: number) => `<a>${'<b/>'.repeat(elements - 1)}</a>`
  assert.doesNotThrow(() => parseXml(message(2500)))
  assert.throws(() => parseXml(message(2501)), { check: 'size' })
  assert.doesNotThrow(() => parseXml('<a>'.repeat(64) + '</a>'.repeat(64), limits))
})

test('comments and CDATA cost in proportion to their number', () => {
  const limits = { characters: 10_000_000, elements: 400_000, document: true } as const
  const cost = (count: number, what: string) => {
    const text = `<a>${what.repeat(count)}</a>`
    const before = process.cpuUsage()
    parseXml(text, limits)
    return process.cpuUsage(before).user
  }
  for (const what of ['<!-- -->', '<?p q?>', '<![CDATA[x]]>']) {
    cost(4000, what)
    // Twenty times as many would cost four hundred times as much if each removal walked the rest.
    assert.ok(cost(80_000, what) < 100 * Math.max(cost(4000, what), 1000), what)
  }
})

test('a document is decoded by its mark, by its declaration, or as UTF-8', () => {
  const xml = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>Zoë</a>`
  const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()
  for (const bytes of [
    Buffer.from(xml('UTF-8')),
    Buffer.from(`\ufeff${xml('utf-8')}`),
    Buffer.from(xml('ISO-8859-1'), 'latin1'),
    Buffer.from(`\ufeff${xml('UTF-16')}`, 'utf16le'),
    swapped(`\ufeff${xml('UTF-16')}`),
    Buffer.from(xml('UTF-16LE'), 'utf16le'),
  ])
    assert.equal(parseXml(decodeXml(bytes)).textContent, 'Zoë')
  for (const bytes of [
    Buffer.from(xml('UTF-8'), 'latin1'),
    Buffer.from(xml('US-ASCII')),
    Buffer.from(xml('UTF-7')),
    Buffer.from(xml('UTF-16')),
  ])
    assert.throws(() => decodeXml(bytes), { check: 'encoding' })
})

test('`#default` in a PrefixList is the default namespace', () => {
  const [child] = Array.from(
    parseXml('<r xmlns="u" xmlns:Z="z" xmlns:a="a"><a:b Z:d="1"><a:c/><e xmlns="v"/></a:b></r>')
      .childNodes,
  )
  const bare = '<a:b xmlns:Z="z" xmlns:a="a" Z:d="1"><a:c></a:c><e xmlns="v"></e></a:b>'
  assert.equal(canonical(child as Element, undefined), bare)
  assert.equal(canonical(child as Element, ['#default']), bare.replace('<a:b', '<a:b xmlns="u"'))
})
