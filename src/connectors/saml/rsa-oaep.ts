import { constants, hash, type KeyObject, privateDecrypt, timingSafeEqual } from 'node:crypto'

export interface OaepHashes {
  readonly digest: string
  /** The hash of the mask generation function MGF1. */
  readonly mask: string
}

/**
 * Decrypt RSAES-OAEP (RFC 8017, section 7.1.2) with an empty label. Node takes one hash for both
 * functions; if they differ, the padding is removed here. Every failure throws the same error after
 * the same work, because a sender who can distinguish failures could decrypt messages (Manger, "A
 * chosen ciphertext attack on RSA-OAEP").
 */
export function oaepDecrypt(key: KeyObject, { digest, mask }: OaepHashes, sealed: Buffer): Buffer {
  if (digest === mask)
    return privateDecrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digest },
      sealed,
    )
  return unpadded(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, sealed), {
    digest,
    mask,
  })
}

function unpadded(encoded: Buffer, { digest, mask }: OaepHashes): Buffer {
  const label = hash(digest, '', 'buffer')
  const size = label.length
  if (encoded.length < 2 * size + 2) throw unopened()
  const maskedSeed = encoded.subarray(1, 1 + size)
  const maskedData = encoded.subarray(1 + size)
  const seed = xor(maskedSeed, mgf1(maskedData, size, mask))
  const data = xor(maskedData, mgf1(seed, maskedData.length, mask))
  let wrong = encoded[0]! | Number(!timingSafeEqual(data.subarray(0, size), label))
  // The first byte after the zeros is 1, and the message follows it. Every byte is examined.
  let from = 0
  let searching = 1
  for (let at = size; at < data.length; at++) {
    const byte = data[at]!
    const ends = searching & Number(byte !== 0)
    wrong |= ends & Number(byte !== 1)
    from |= -ends & (at + 1)
    searching &= ~ends
  }
  wrong |= searching
  if (wrong !== 0) throw unopened()
  return data.subarray(from)
}

/** The mask generation function of RFC 8017, appendix B.2.1. */
function mgf1(seed: Buffer, bytes: number, name: string): Buffer {
  const blocks: Buffer[] = []
  let made = 0
  for (let counter = 0; made < bytes; counter++) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const block = hash(name, Buffer.concat([seed, count]), 'buffer')
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks).subarray(0, bytes)
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ other[at]!))
}

const unopened = () => new Error('the padding is not that of RSA-OAEP')
