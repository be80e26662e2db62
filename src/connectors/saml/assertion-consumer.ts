import { createRequire } from 'node:module'
import type * as PassportSaml from '@node-saml/passport-saml'

// Load the library with the first response, to save its memory in installations without SAML.
const load = createRequire(import.meta.url)
let consumer: ReturnType<typeof consumerClass> | undefined

export interface ConsumerOptions {
  /** PEM of the public key that has to have signed the message. */
  readonly signingKey: string
  readonly signed: 'response' | 'assertion'
  /** PEM of the private key that opens the assertion of a signed response. */
  readonly decryptionKey?: string | undefined
  readonly recipient: string
  readonly audience: string
  /** The request that the response may say it answers. */
  readonly inResponseTo?: string | undefined
  readonly now: Date
  readonly skewSeconds: number
  /** The maximum age of the assertion; absent leaves its age to its own times. */
  readonly freshSeconds?: number | undefined
}

/**
 * Run passport-saml's strategy on one response and return the assertion that it accepts, as xml2js
 * reads its signed bytes. Rejects with the library's error, or if the strategy comes to anything
 * but a person.
 */
export function consumed(xml: string, options: ConsumerOptions): Promise<unknown> {
  consumer ??= consumerClass(load('@node-saml/passport-saml'))
  const Consumer = consumer
  return new Promise((resolve, reject) => {
    const strategy = new Consumer(options)
    const ended = (way: string) => () => reject(new Error(`the strategy ended in \`${way}\``))
    // Passport sets these on a strategy before it runs. `pass` would let the next handler run.
    Object.assign(strategy, {
      success: ({ assertion }: { assertion: unknown }) => resolve(assertion),
      error: reject,
      fail: ended('fail'),
      pass: ended('pass'),
      redirect: ended('redirect'),
    })
    strategy.consume(xml)
  })
}

/**
 * Make a strategy that takes posted responses and nothing else. As the library ships it, one
 * unsigned sign-out message ends the process or the session, so it must never be mounted.
 */
function consumerClass({ AbstractStrategy, SAML, ValidateInResponseTo }: typeof PassportSaml) {
  type Options = ConstructorParameters<typeof SAML>[0]

  /** The reader of the library, at our time and with the tolerance that we have. */
  class Reader extends SAML {
    readonly #now: number

    constructor(options: Options, now: Date) {
      super(options)
      this.#now = now.getTime()
    }

    protected override checkTimestampsValidityError(
      _: number,
      from: string,
      until: string,
      latest?: number,
    ) {
      return super.checkTimestampsValidityError(this.#now, inUtc(from), inUtc(until), latest)
    }

    /** Takes an assertion without an end, which the library refuses; 0 is no limit. */
    protected override calcMaxAgeAssertionTime(longestMs: number, until: string, issued: string) {
      if (until) return super.calcMaxAgeAssertionTime(longestMs, inUtc(until), inUtc(issued))
      return longestMs === 0 ? 0 : Date.parse(inUtc(issued)) + longestMs
    }

    protected override checkAudienceValidityError(
      expected: string,
      restrictions: Parameters<InstanceType<typeof SAML>['checkAudienceValidityError']>[1],
    ) {
      const trimmed = restrictions?.map(({ Audience = [], ...rest }) => ({
        ...rest,
        Audience: Audience.map((one) => ({ ...one, _: String(one._ ?? '').trim() })),
      }))
      return super.checkAudienceValidityError(expected, trimmed)
    }
  }

  return class AssertionConsumer extends AbstractStrategy {
    constructor(options: ConsumerOptions) {
      const settings = readerOptions(options, ValidateInResponseTo.ifPresent)
      super(
        settings,
        (profile: PassportSaml.Profile | null, done: PassportSaml.VerifiedCallback) =>
          // Without a profile nobody is proved: an answer `NoPassive`, for one.
          done(null, profile?.getAssertion && { assertion: profile.getAssertion() }),
        (_: PassportSaml.Profile | null, done: PassportSaml.VerifiedCallback) =>
          done(new Error('sign-out messages are not read here')),
      )
      this._saml = new Reader(settings, options.now)
    }

    /** Hands the strategy a request that holds this response and nothing that a browser sent. */
    consume(xml: string): void {
      const body = { SAMLResponse: Buffer.from(xml).toString('base64') }
      this.authenticate({ body } as Parameters<this['authenticate']>[0], {})
    }
  }
}

/** SAML core, 1.3.3: an instant without a zone is UTC. `Date.parse` takes it as local time. */
const inUtc = (instant: string) =>
  !instant || /(Z|[+-]\d\d:\d\d)$/.test(instant) ? instant : `${instant}Z`

/** Every option of the library that a response meets, so that no default decides. */
function readerOptions(
  { signed, signingKey, decryptionKey, audience, ...options }: ConsumerOptions,
  validateInResponseTo: PassportSaml.ValidateInResponseTo,
) {
  const asked = options.inResponseTo
  return {
    idpCert: signingKey,
    wantAuthnResponseSigned: signed === 'response',
    wantAssertionsSigned: signed === 'assertion',
    ...(decryptionKey !== undefined && { decryptionPvk: decryptionKey }),
    callbackUrl: options.recipient,
    issuer: audience,
    audience,
    validateInResponseTo,
    // Only the one request is known; the road has its state and its age.
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (id: string) => (id === asked ? new Date().toISOString() : null),
      removeAsync: async () => null,
    },
    requestIdExpirationPeriodMs: 86_400_000,
    acceptedClockSkewMs: options.skewSeconds * 1000,
    maxAssertionAgeMs: (options.freshSeconds ?? 0) * 1000,
  }
}
