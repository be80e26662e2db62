import { type OwnKey, signedXml } from './sign.ts'

/**
 * Sign our metadata, and keep the signed text until the metadata change: anybody may request them,
 * and an RSA signature blocks all other requests. The metadata contain the certificates of all our
 * keys, so they change with the keys.
 */
export function metadataSigner(): (xml: string, own: OwnKey) => string {
  let kept: { readonly xml: string; readonly signed: string } | undefined
  return (xml, own) => {
    if (kept?.xml !== xml) kept = { xml, signed: signedXml(xml, own) }
    return kept.signed
  }
}
