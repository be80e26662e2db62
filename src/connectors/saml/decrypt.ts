import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto'
import { rowOf } from './algorithms.ts'
import { base64Bytes } from './decode-message.ts'
import {
  anywhere,
  attributeOf,
  childrenNamed,
  onlyChild,
  optionalChild,
  textOf,
} from './elements.ts'
import { parseXml } from './parse-xml.ts'
import { oaepDecrypt } from './rsa-oaep.ts'
import { SamlFault } from './saml-fault.ts'
import { escapeXml } from './sign.ts'

interface ContentCipher {
  readonly name: string
  readonly keyBytes: number
  readonly ivBytes: number
  readonly tagBytes: number
  readonly blockBytes: number
  readonly weak?: true | undefined
}

/** XML Encryption 1.1, section 5.2. */
const contentCiphers: Readonly<Record<string, ContentCipher>> = {
  'http://www.w3.org/2009/xmlenc11#aes128-gcm': {
    name: 'aes-128-gcm',
    keyBytes: 16,
    ivBytes: 12,
    tagBytes: 16,
    blockBytes: 0,
  },
  'http://www.w3.org/2009/xmlenc11#aes192-gcm': {
    name: 'aes-192-gcm',
    keyBytes: 24,
    ivBytes: 12,
    tagBytes: 16,
    blockBytes: 0,
  },
  'http://www.w3.org/2009/xmlenc11#aes256-gcm': {
    name: 'aes-256-gcm',
    keyBytes: 32,
    ivBytes: 12,
    tagBytes: 16,
    blockBytes: 0,
  },
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc': {
    name: 'aes-128-cbc',
    keyBytes: 16,
    ivBytes: 16,
    tagBytes: 0,
    blockBytes: 16,
  },
  'http://www.w3.org/2001/04/xmlenc#aes192-cbc': {
    name: 'aes-192-cbc',
    keyBytes: 24,
    ivBytes: 16,
    tagBytes: 0,
    blockBytes: 16,
  },
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc': {
    name: 'aes-256-cbc',
    keyBytes: 32,
    ivBytes: 16,
    tagBytes: 0,
    blockBytes: 16,
  },
  'http://www.w3.org/2001/04/xmlenc#tripledes-cbc': {
    name: 'des-ede3-cbc',
    keyBytes: 24,
    ivBytes: 8,
    tagBytes: 0,
    blockBytes: 8,
    weak: true,
  },
}
const oaep = new Set([
  'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  'http://www.w3.org/2009/xmlenc11#rsa-oaep',
])
const rsa15 = 'http://www.w3.org/2001/04/xmlenc#rsa-1_5'
const oaepHashes: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
}
const maskHashes: Readonly<Record<string, string>> = {
  'http://www.w3.org/2009/xmlenc11#mgf1sha1': 'sha1',
  'http://www.w3.org/2009/xmlenc11#mgf1sha256': 'sha256',
  'http://www.w3.org/2009/xmlenc11#mgf1sha384': 'sha384',
  'http://www.w3.org/2009/xmlenc11#mgf1sha512': 'sha512',
}

/** What was inside `EncryptedAssertion` or `EncryptedID`. */
export interface Opened {
  /** A tree of its own, parsed from `text`. */
  readonly element: Element
  /** The decrypted XML, which declares every namespace that it uses. */
  readonly text: string
  /** The key that opened it. */
  readonly key: KeyObject
}

/**
 * Decrypt the element inside `EncryptedAssertion` or `EncryptedID` with the one of `keys` that
 * opens it. The error does not say which step failed, because a sender could use the difference to
 * decrypt messages (Jager and Somorovsky, "How to break XML encryption"). Throws SamlFault.
 */
export function decrypted(
  encrypted: Element,
  keys: readonly KeyObject[],
  { weak }: { readonly weak: boolean },
): Opened {
  if (keys.length === 0)
    throw new SamlFault(
      'decryption',
      'the assertion is encrypted and no decryption key is configured',
    )
  const data = onlyChild(encrypted, 'xenc', 'EncryptedData')
  const contentName = attributeOf(onlyChild(data, 'xenc', 'EncryptionMethod'), 'Algorithm')
  const cipher = rowOf(contentCiphers, contentName)
  if (!cipher || (cipher.weak && !weak))
    throw new SamlFault('algorithm', 'the encryption algorithm is not accepted', {
      found: contentName,
    })
  const opens = encryptedKeysOf(encrypted, data).map((one) => keyOpener(one, weak))
  const content = cipherBytes(data)
  // Try every key before the content is looked at: whether more keys are tried must not depend on
  // the content, because a sender could measure the difference.
  const opened = opens.flatMap((open) =>
    keys.map((key) => ({ key, secret: attempt(() => open(key)) })),
  )
  for (const { key, secret } of opened) {
    if (secret?.length !== cipher.keyBytes) continue
    const text = attempt(() => plainText(cipher, secret, content))
    if (text !== undefined) return unsaid(() => ({ ...inPlace(text, encrypted), key }))
  }
  throw unopened()
}

/**
 * Parse decrypted text as a tree of its own. If it uses a prefix without declaring it, add the
 * namespaces of the element that it replaces (XML Encryption, 4.3.1).
 */
function inPlace(text: string, place: Element): Omit<Opened, 'key'> {
  try {
    const element = parseXml(text)
    if (element.namespaceURI) return { element, text }
  } catch (error) {
    if (!(error instanceof SamlFault) || error.check !== 'xml') throw error
  }
  const declared = new Map<string, string>()
  for (let at: Node | null = place; at && at.nodeType === 1; at = at.parentNode) {
    const { attributes } = at as Element
    for (let index = 0; index < attributes.length; index++) {
      const { name, value } = attributes[index]!
      if (/^xmlns(?::|$)/.test(name) && !declared.has(name)) declared.set(name, value)
    }
  }
  const written = (names: readonly (readonly [name: string, value: string])[]) =>
    names.map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('')
  // Refuse two elements, or text beside an element, in `parseXml` or by the count below.
  const wrapper = parseXml(`<in-place${written([...declared])}>${text}</in-place>`)
  const [only, ...others] = Array.from(wrapper.childNodes)
  if (only?.nodeType !== 1 || others.length > 0)
    throw new SamlFault('xml', 'there is not exactly one root element')
  const inherited = [...declared].filter(([name]) => !(only as Element).hasAttribute(name))
  const named = text.replace(/^<[^\s/>]+/, (start) => start + written(inherited))
  return { element: parseXml(named), text: named }
}

/**
 * Report every failure in decrypted content with the same message; the cause is for the operator.
 */
export function unsaid<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unopened(error)
  }
}

function unopened(cause?: unknown): SamlFault {
  return new SamlFault(
    'decryption',
    'none of our keys opens the assertion, or it is not what was signed',
    { cause },
  )
}

/**
 * Anybody may post what has to be decrypted. Each of them costs 2 ms for each of our keys of 4096
 * bits; identity providers write one.
 */
const mostEncryptedKeys = 2

/**
 * Return the encrypted keys, one for each recipient; ours is the one that our key opens (XML
 * Encryption, 3.5).
 */
function encryptedKeysOf(encrypted: Element, data: Element): readonly Element[] {
  const keyInfo = optionalChild(data, 'ds', 'KeyInfo')
  const found = [
    ...(keyInfo ? childrenNamed(keyInfo, 'xenc', 'EncryptedKey') : []),
    ...childrenNamed(encrypted, 'xenc', 'EncryptedKey'),
  ]
  const all = anywhere(encrypted, 'EncryptedKey').length
  if (found.length === 0 || found.length > mostEncryptedKeys || all !== found.length)
    throw new SamlFault(
      'structure',
      'there is no `EncryptedKey`, or one stands where none may be',
      {
        found: `${all} in all, ${found.length} in place`,
        expected: `1 to ${mostEncryptedKeys}`,
      },
    )
  return found
}

function keyOpener(encryptedKey: Element, weak: boolean): (key: KeyObject) => Buffer {
  const method = onlyChild(encryptedKey, 'xenc', 'EncryptionMethod')
  const name = attributeOf(method, 'Algorithm') ?? ''
  const value = cipherBytes(encryptedKey)
  if (name === rsa15 && weak)
    return (key) => privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, value)
  if (!oaep.has(name))
    throw new SamlFault('algorithm', 'the key transport algorithm is not accepted', {
      found: name,
      expected: 'RSA-OAEP',
    })
  const digestElement = optionalChild(method, 'ds', 'DigestMethod')
  const maskElement = optionalChild(method, 'xenc11', 'MGF')
  const digest = digestElement ? rowOf(oaepHashes, attributeOf(digestElement, 'Algorithm')) : 'sha1'
  const mask = maskElement ? rowOf(maskHashes, attributeOf(maskElement, 'Algorithm')) : 'sha1'
  if (!digest || !mask || optionalChild(method, 'xenc', 'OAEPparams'))
    throw new SamlFault('algorithm', 'RSA-OAEP is accepted with known hashes and no parameters', {
      found: `${digest ?? 'unknown'} and ${mask ?? 'unknown'}`,
    })
  return (key) => oaepDecrypt(key, { digest, mask }, value)
}

function cipherBytes(element: Element): Buffer {
  const value = base64Bytes(
    textOf(onlyChild(onlyChild(element, 'xenc', 'CipherData'), 'xenc', 'CipherValue')),
  )
  if (!value) throw new SamlFault('decryption', '`CipherValue` is not base64')
  return value
}

function plainText(
  { name, ivBytes, tagBytes, blockBytes }: ContentCipher,
  key: Buffer,
  content: Buffer,
): string | undefined {
  const iv = content.subarray(0, ivBytes)
  const sealed = content.subarray(ivBytes, content.length - tagBytes)
  if (
    iv.length !== ivBytes ||
    (blockBytes > 0 && (sealed.length === 0 || sealed.length % blockBytes !== 0))
  )
    return undefined
  const decipher =
    tagBytes > 0
      ? createDecipheriv(name as 'aes-128-gcm', key, iv, { authTagLength: tagBytes })
      : createDecipheriv(name, key, iv).setAutoPadding(false)
  if ('setAuthTag' in decipher && tagBytes > 0)
    (
      decipher as ReturnType<typeof createDecipheriv> & { setAuthTag(tag: Buffer): void }
    ).setAuthTag(content.subarray(content.length - tagBytes))
  const plain = Buffer.concat([decipher.update(sealed), decipher.final()])
  // XML Encryption, 5.2.1: the last byte is the length of the padding; its other bytes may be
  // anything.
  const padding = blockBytes > 0 ? plain.at(-1)! : 0
  if (blockBytes > 0 && (padding < 1 || padding > blockBytes)) return undefined
  return new TextDecoder('utf-8', { fatal: true }).decode(plain.subarray(0, plain.length - padding))
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
