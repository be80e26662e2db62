import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto'
import { rowOf } from './algorithms.ts'
import { base64Bytes } from './decode-message.ts'
import { anywhere, attributeOf, childrenNamed, onlyChild, optionalChild, textOf } from './elements.ts'
import { parseXml } from './parse-xml.ts'
import { SamlFault } from './saml-fault.ts'

interface ContentCipher { readonly name: string; readonly keyBytes: number; readonly ivBytes: number; readonly tagBytes: number; readonly blockBytes: number; readonly weak?: true }

/** XML Encryption 1.1, section 5.2. */
const contentCiphers: Readonly<Record<string, ContentCipher>> = {
  'http://www.w3.org/2009/xmlenc11#aes128-gcm': { name: 'aes-128-gcm', keyBytes: 16, ivBytes: 12, tagBytes: 16, blockBytes: 0 },
  'http://www.w3.org/2009/xmlenc11#aes192-gcm': { name: 'aes-192-gcm', keyBytes: 24, ivBytes: 12, tagBytes: 16, blockBytes: 0 },
  'http://www.w3.org/2009/xmlenc11#aes256-gcm': { name: 'aes-256-gcm', keyBytes: 32, ivBytes: 12, tagBytes: 16, blockBytes: 0 },
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc': { name: 'aes-128-cbc', keyBytes: 16, ivBytes: 16, tagBytes: 0, blockBytes: 16 },
  'http://www.w3.org/2001/04/xmlenc#aes192-cbc': { name: 'aes-192-cbc', keyBytes: 24, ivBytes: 16, tagBytes: 0, blockBytes: 16 },
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc': { name: 'aes-256-cbc', keyBytes: 32, ivBytes: 16, tagBytes: 0, blockBytes: 16 },
  'http://www.w3.org/2001/04/xmlenc#tripledes-cbc': { name: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8, tagBytes: 0, blockBytes: 8, weak: true },
}
const oaep = new Set(['http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p', 'http://www.w3.org/2009/xmlenc11#rsa-oaep'])
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

/**
 * The element inside `EncryptedAssertion` or `EncryptedID`. One of `keys` has to open it; which step failed is not told, since a sender
 * who learns it could open messages by asking (Jager and Somorovsky, "How to break XML encryption"). Throws SamlFault.
 */
export function decrypted(encrypted: Element, keys: readonly KeyObject[], { weak }: { readonly weak: boolean }): Element {
  if (keys.length === 0) throw new SamlFault('decryption', 'the assertion is encrypted and no decryption key is configured')
  const data = onlyChild(encrypted, 'xenc', 'EncryptedData')
  const contentName = attributeOf(onlyChild(data, 'xenc', 'EncryptionMethod'), 'Algorithm')
  const cipher = rowOf(contentCiphers, contentName)
  if (!cipher || (cipher.weak && !weak)) throw new SamlFault('algorithm', 'the encryption algorithm is not accepted', { found: contentName })
  const open = keyOpener(encryptedKeyOf(encrypted, data), weak)
  const content = cipherBytes(data)
  for (const key of keys) {
    const text = attempt(() => {
      const secret = open(key)
      return secret.length === cipher.keyBytes ? plainText(cipher, secret, content) : undefined
    })
    if (text !== undefined) return unsaid(() => parseXml(text))
  }
  throw unopened()
}

/** Whatever is wrong with what was sealed is told alike; the operator finds the cause inside. */
export function unsaid<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unopened(error)
  }
}

function unopened(cause?: unknown): SamlFault {
  return new SamlFault('decryption', 'none of our keys opens the assertion, or it is not what was signed', { cause })
}

function encryptedKeyOf(encrypted: Element, data: Element): Element {
  const keyInfo = optionalChild(data, 'ds', 'KeyInfo')
  const found = [...(keyInfo ? childrenNamed(keyInfo, 'xenc', 'EncryptedKey') : []), ...childrenNamed(encrypted, 'xenc', 'EncryptedKey')]
  if (found.length !== 1 || anywhere(encrypted, 'EncryptedKey').length !== 1) throw new SamlFault('structure', 'there is not exactly one `EncryptedKey`', { found: String(found.length) })
  return found[0]!
}

function keyOpener(encryptedKey: Element, weak: boolean): (key: KeyObject) => Buffer {
  const method = onlyChild(encryptedKey, 'xenc', 'EncryptionMethod')
  const name = attributeOf(method, 'Algorithm') ?? ''
  const value = cipherBytes(encryptedKey)
  if (name === rsa15 && weak) return (key) => privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, value)
  if (!oaep.has(name)) throw new SamlFault('algorithm', 'the key transport algorithm is not accepted', { found: name, expected: 'RSA-OAEP' })
  const digestElement = optionalChild(method, 'ds', 'DigestMethod')
  const maskElement = optionalChild(method, 'xenc11', 'MGF')
  const digest = digestElement ? rowOf(oaepHashes, attributeOf(digestElement, 'Algorithm')) : 'sha1'
  const mask = maskElement ? rowOf(maskHashes, attributeOf(maskElement, 'Algorithm')) : 'sha1'
  if (digest === undefined || digest !== mask || optionalChild(method, 'xenc', 'OAEPparams')) {
    throw new SamlFault('algorithm', 'RSA-OAEP is accepted with one hash for digest and mask, and without parameters', { found: `${digest ?? 'unknown'} and ${mask ?? 'unknown'}` })
  }
  return (key) => privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digest }, value)
}

function cipherBytes(element: Element): Buffer {
  const value = base64Bytes(textOf(onlyChild(onlyChild(element, 'xenc', 'CipherData'), 'xenc', 'CipherValue')))
  if (!value) throw new SamlFault('decryption', '`CipherValue` is not base64')
  return value
}

function plainText({ name, ivBytes, tagBytes, blockBytes }: ContentCipher, key: Buffer, content: Buffer): string | undefined {
  const iv = content.subarray(0, ivBytes)
  const sealed = content.subarray(ivBytes, content.length - tagBytes)
  if (iv.length !== ivBytes || (blockBytes > 0 && (sealed.length === 0 || sealed.length % blockBytes !== 0))) return undefined
  const decipher = tagBytes > 0 ? createDecipheriv(name as 'aes-128-gcm', key, iv, { authTagLength: tagBytes }) : createDecipheriv(name, key, iv).setAutoPadding(false)
  if ('setAuthTag' in decipher && tagBytes > 0) (decipher as ReturnType<typeof createDecipheriv> & { setAuthTag(tag: Buffer): void }).setAuthTag(content.subarray(content.length - tagBytes))
  const plain = Buffer.concat([decipher.update(sealed), decipher.final()])
  // XML Encryption, 5.2.1: the last byte tells how many to drop; the others may be anything.
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
