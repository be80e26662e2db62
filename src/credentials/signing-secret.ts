import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** The scope of a signature: YYYYMMDD/region/service/aws4_request, and its parts. */
export interface Scope {
  readonly scope: string
  readonly date: string
  readonly region: string
  readonly service: string
}

/**
 * How many derived keys are kept: a client calls two services in a region or two. For more, keys
 * are derived again.
 */
const mostScopes = 16

/**
 * A secret access key and the signing keys derived from it. A derivation is four HMACs for a day,
 * region and service; a steady client pays it once.
 */
export class SigningSecret {
  readonly #secret: string
  readonly #keys = new Map<string, KeyObject>()

  constructor(secretAccessKey: string) {
    this.#secret = secretAccessKey
  }

  /** Signature Version 4, "Create a signed AWS API request", step 4. */
  keyFor({ scope, date, region, service }: Scope): KeyObject {
    let key = this.#keys.get(scope)
    if (!key) {
      const step = (under: Buffer | string, text: string) =>
        createHmac('sha256', under).update(text).digest()
      key = createSecretKey(
        step(step(step(step(`AWS4${this.#secret}`, date), region), service), 'aws4_request'),
      )
      if (this.#keys.size >= mostScopes) this.#keys.clear()
      this.#keys.set(scope, key)
    }
    return key
  }
}
