/** A security key made of software: what an honest one would answer, and what a forger would. */
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  type X509Certificate,
} from 'node:crypto'

interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}
interface RequestOptions {
  readonly challenge: string
  readonly rpId?: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}

export interface Attesting {
  readonly privateKey: KeyObject
  /** The certificate of that key first. */
  readonly chain: readonly X509Certificate[]
  /** Of an EC key unless it says otherwise. */
  readonly algorithm?: number
}

/** What differs from what an honest browser and key would say. */
export interface Twist {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly flags?: number
  readonly counter?: number
  readonly userHandle?: string
  readonly attesting?: Attesting
}

const present = 0x01
const verified = 0x04
const attested = 0x40

export class SoftKey {
  readonly id = randomBytes(32)
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #origin: string
  readonly aaguid: string
  counter = 0
  userHandle = ''

  constructor(origin: string, aaguid = '00000000-0000-0000-0000-000000000000') {
    this.#origin = origin
    this.aaguid = aaguid
  }

  /** Answers `navigator.credentials.create`, as JSON. */
  create(optionsText: string, twist: Twist = {}): string {
    const options: CreationOptions = JSON.parse(optionsText)
    this.userHandle = options.user.id
    const authData = Buffer.concat([
      this.#authData(
        twist.rpId ?? options.rp.id ?? '',
        twist.flags ?? present | verified | attested,
        0,
      ),
      Buffer.from(this.aaguid.replaceAll('-', ''), 'hex'),
      Buffer.from([0, this.id.length]),
      this.id,
      this.#coseKey(),
    ])
    const clientData = this.#clientData('webauthn.create', options.challenge, twist)
    const { fmt, attStmt } = statementOf(authData, clientData, twist.attesting)
    return this.#answer(clientData, {
      attestationObject: cbor(
        new Map<string, Cbor>([
          ['fmt', fmt],
          ['attStmt', attStmt],
          ['authData', authData],
        ]),
      ).toString('base64url'),
      transports: ['usb'],
    })
  }

  /** Answers `navigator.credentials.get`, as JSON. */
  get(optionsText: string, twist: Twist = {}): string {
    const options: RequestOptions = JSON.parse(optionsText)
    this.counter = twist.counter ?? this.counter + 1
    const flags = twist.flags ?? present | verified
    const authData = this.#authData(twist.rpId ?? options.rpId ?? '', flags, this.counter)
    const clientData = this.#clientData('webauthn.get', options.challenge, twist)
    const signature = sign(
      'sha256',
      Buffer.concat([authData, sha256(clientData)]),
      this.#pair.privateKey,
    )
    return this.#answer(clientData, {
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: twist.userHandle ?? this.userHandle,
    })
  }

  #answer(clientData: Buffer, response: object): string {
    const id = this.id.toString('base64url')
    return JSON.stringify({
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      authenticatorAttachment: 'cross-platform',
      response: { clientDataJSON: clientData.toString('base64url'), ...response },
    })
  }

  #clientData(type: string, challenge: string, twist: Twist): Buffer {
    const { origin = this.#origin, crossOrigin = false } = twist
    return Buffer.from(
      JSON.stringify({
        type: twist.type ?? type,
        challenge: twist.challenge ?? challenge,
        origin,
        crossOrigin,
      }),
    )
  }

  #authData(rpId: string, flags: number, counter: number): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count])
  }

  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#pair.publicKey.export({ format: 'jwk' })
    return cbor(
      new Map<number, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    )
  }
}

function statementOf(authData: Buffer, clientData: Buffer, attesting: Attesting | undefined) {
  if (!attesting) return { fmt: 'none', attStmt: new Map<string, Cbor>() }
  const { privateKey, chain, algorithm = -7 } = attesting
  const sig = sign('sha256', Buffer.concat([authData, sha256(clientData)]), privateKey)
  const attStmt = new Map<string, Cbor>([
    ['alg', algorithm],
    ['sig', sig],
    ['x5c', chain.map(({ raw }) => Buffer.from(raw))],
  ])
  return { fmt: 'packed', attStmt }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

type Cbor = number | string | Buffer | readonly Cbor[] | ReadonlyMap<string | number, Cbor>

/** RFC 8949, as far as keys use it. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  if (isList(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)])
  const entries = [...value].flatMap(([key, one]) => [cbor(key), cbor(one)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function isList(value: Cbor): value is readonly Cbor[] {
  return Array.isArray(value)
}

function head(major: number, size: number): Buffer {
  const top = major << 5
  if (size < 24) return Buffer.from([top | size])
  if (size < 256) return Buffer.from([top | 24, size])
  return Buffer.from([top | 25, size >> 8, size & 255])
}
