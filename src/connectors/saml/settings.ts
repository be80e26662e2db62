import { z } from 'zod'

const text = z
  .string()
  .min(1)
  .max(1024)
  .refine((value) => value === value.trim(), 'expected no spaces at either end')
const web = text.refine(
  (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
  'expected a URL: `https://…`',
)
const seconds = (least: number, most: number, standard: number) =>
  z.int().min(least).max(most).default(standard)

const attribute = z.union([
  text.transform((name) => ({ name, as: name })),
  z
    .strictObject({
      name: text.describe("The attribute's `Name` in the assertion"),
      as: text.optional().describe('What mappings call it; default: the same'),
    })
    .transform(({ name, as }) => ({ name, as: as ?? name })),
])

const maxMegabytes = z
  .int()
  .min(1)
  .max(100)
  .default(10)
  .describe('The largest document, in megabytes; a federation may publish 50')

const idp = z.union([
  z.strictObject({
    metadataFile: text.describe(
      "Path of the identity provider's metadata; read at start and at reload",
    ),
    entityId: text.optional().describe('Which entity, where the file describes several'),
    maxMegabytes,
  }),
  z.strictObject({
    metadataUrl: text
      .refine((value) => URL.parse(value)?.protocol === 'https:', 'expected `https://…`')
      .describe(
        "Address of the identity provider's metadata; asked again every `refreshSeconds`, " +
          'and the last good answer kept',
      ),
    entityId: text.optional().describe('Which entity, where the document describes several'),
    maxMegabytes,
    refreshSeconds: seconds(60, 604_800, 3600).describe('How often it is asked again, in seconds'),
    signedByFile: text
      .optional()
      .describe('PEM certificates, one of which has to have signed the metadata'),
  }),
  z.strictObject({
    entityId: text.describe("The identity provider's entity id"),
    signOnUrl: web.describe('Where sign-in requests go'),
    signOnBinding: z.enum(['redirect', 'post']).default('redirect').describe('How they go'),
    logoutUrl: web
      .optional()
      .describe('Where sign-out requests go; absent: people stay signed in there'),
    logoutBinding: z.enum(['redirect', 'post']).default('redirect').describe('How they go'),
    certificates: z
      .array(
        z
          .string()
          .regex(/-----BEGIN CERTIFICATE-----/, 'expected PEM, or a `file:` reference to it'),
      )
      .min(1)
      .max(10)
      .describe('PEM certificates that it signs with; several while it changes its key'),
  }),
])

const ownKey = z.strictObject({
  keyFile: text.describe('PEM file of an RSA key'),
  certificateFile: text.describe('PEM file of its certificate'),
})

/** Who reads an assertion once more, and can refuse it. */
export const secondReader = z.enum(['passport-saml', 'off']).default('passport-saml')
export type SecondReader = z.output<typeof secondReader>

/** The settings of protocol `saml`, for any identity provider that supports SAML 2.0. */
export const samlSettings = z.strictObject({
  label: text.max(80).describe('What the sign-in page calls this way'),
  accounts: z
    .array(z.string().regex(/^\d{12}$/, 'expected a 12-digit account'))
    .min(1)
    .describe('The accounts that this connector serves'),
  idp: idp.describe('The identity provider: by `metadataFile`, by `metadataUrl` or by its fields'),
  entityId: text
    .optional()
    .describe(
      'Our entity id, which assertions have to name as audience; default `PUBLIC-URL/saml/ID`',
    ),
  keys: z
    .array(ownKey)
    .min(1)
    .max(4)
    .optional()
    .describe(
      'Our own keys: the first signs, all are in our metadata and open assertions. ' +
        'Absent: made and kept by Gatehouse',
    ),
  subjectAttribute: text
    .optional()
    .describe(
      'What names the person for life; default: the NameID, which may then not be transient',
    ),
  usernameAttribute: text.optional().describe('What calls the person; default: the NameID'),
  displayNameAttribute: text
    .optional()
    .describe('What pages call the person; default: the user name'),
  groupsAttribute: text.optional().describe("What lists the person's groups"),
  attributes: z
    .array(attribute)
    .max(100)
    .default([])
    .describe('What mappings can read: a name, or { name, as }'),
  signRequests: z
    .boolean()
    .default(true)
    .describe('Whether our requests are signed, with RSA and SHA-256'),
  metadataValidSeconds: z
    .int()
    .min(3600)
    .max(31_536_000)
    .optional()
    .describe(
      'How long our metadata are valid once they are read, in seconds. ' +
        'Absent: without an end, for identity providers that keep what they read once',
    ),
  forceAuthn: z
    .boolean()
    .default(false)
    .describe('Asks the identity provider to prove the person anew each time'),
  requestedContexts: z
    .array(text)
    .max(10)
    .default([])
    .describe('Authentication contexts to ask for; an answer with another is refused'),
  multiFactorContexts: z
    .array(text)
    .max(20)
    .default([
      'https://refeds.org/profile/mfa',
      'http://schemas.microsoft.com/claims/multipleauthn',
    ])
    .describe('Authentication contexts that count as multi-factor'),
  idpInitiated: z
    .boolean()
    .default(false)
    .describe(
      'Takes assertions that nobody asked for. Whoever can make a browser send one signs it in ' +
        'as somebody else: switch it on where people start at the identity provider',
    ),
  requireEncryption: z
    .boolean()
    .default(false)
    .describe('Refuses assertions that come in the clear'),
  allowWeakAlgorithms: z
    .boolean()
    .default(false)
    .describe(
      'Accepts SHA-1 signatures, RSA 1.5 and triple DES, ' +
        'from identity providers that cannot do better',
    ),
  secondReader: secondReader.describe(
    'Who reads what Gatehouse accepted once more, and refuses what it reads differently. `off` ' +
      'for identity providers that passport-saml cannot follow: ECDSA, SHA-384, `EncryptedID`',
  ),
  clockSkewSeconds: z
    .int()
    .min(0)
    .max(600)
    .default(60)
    .describe('How far the two clocks may be apart, in seconds'),
})

export type SamlSettings = z.output<typeof samlSettings>
