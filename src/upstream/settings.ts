import { z } from 'zod'

const region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'expected a region, such as `eu-central-1`')

const httpsUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text)
    return url?.protocol === 'https:' && url.username === '' && url.password === ''
  }, 'expected `https://…`, without a user')

const signedToken = z.strictObject({
  from: z
    .literal('signed-token')
    .describe(
      'AssumeRoleWithWebIdentity with a token that Gatehouse signs: no key of ours is there. The ' +
        'account trusts the issuer `publicUrl/upstream/ACCOUNT`',
    ),
  audience: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'Audience of the token, as the OpenID Connect provider there lists it: of this account ' +
        'alone. Default: `sts.amazonaws.com/ACCOUNT`; of another STS, its host instead',
    ),
})
const accessKey = z.strictObject({
  from: z.literal('access-key').describe('A long-term key of a user there'),
  accessKeyId: z
    .string()
    .regex(/^\w{16,128}$/, 'expected 16 to 128 of A–Z a–z 0–9 _')
    .describe('Id of the key'),
  secretAccessKey: z
    .string()
    .min(1)
    .max(256)
    .describe('Its secret; give it by an `env:` or `file:` reference'),
})
const environment = z.strictObject({
  from: z
    .literal('environment')
    .describe("`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` of the server's"),
})
const profile = z.strictObject({
  from: z.literal('profile').describe('A profile of `~/.aws`, or of `AWS_CONFIG_FILE`'),
  profile: z.string().min(1).max(128).describe('Name of the profile'),
})
const instance = z.strictObject({
  from: z.literal('instance').describe("The EC2 instance's role. Sessions last an hour at most"),
})
const container = z.strictObject({
  from: z
    .literal('container')
    .describe("The ECS task's or EKS pod's role. Sessions last an hour at most"),
})
const webIdentity = z.strictObject({
  from: z
    .literal('web-identity')
    .describe('A token file, as Kubernetes mounts it. Sessions last an hour at most'),
  tokenFile: z.string().min(1).describe('Path of the token file'),
  role: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'expected the ARN of a role')
    .describe('The role that the token gives, with which the others are taken'),
})
const credentials = z
  .discriminatedUnion('from', [
    signedToken,
    accessKey,
    environment,
    profile,
    instance,
    container,
    webIdentity,
  ])
  .describe('How Gatehouse proves itself there')

const externalId = z
  .string()
  .regex(/^[\w+=,.@:/-]{2,1224}$/, 'expected 2 to 1224 of A–Z a–z 0–9 _ + = , . @ : / -')
  .optional()
  .describe(
    "What the roles' trust policies there ask for as `sts:ExternalId`: a random text of this " +
      'account alone. What callers send is never passed on',
  )

const revocation = z
  .strictObject({
    role: z
      .string()
      .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'expected the ARN of a role')
      .optional()
      .describe(
        'A role of the account that Gatehouse takes for it, as it takes the others, narrowed to ' +
          'one call. Absent: its own credentials, which a signed token has none of',
      ),
  })
  .optional()
  .describe(
    'A revocation here also ends what AWS issued: Gatehouse puts an inline policy on the roles ' +
      'there that denies older sessions. It needs `iam:PutRolePolicy` on them, which is ' +
      'administration of these roles. Default: off',
  )

const aws = z.strictObject({
  type: z.literal('aws').describe('An account of Amazon Web Services'),
  region: region.describe(
    'Region whose STS is called and whose console is opened; of the partition of the account',
  ),
  credentials,
  externalId,
  stsEndpoint: httpsUrl
    .optional()
    .describe("Address of STS, for a VPC endpoint; default: the region's"),
  federationEndpoint: httpsUrl
    .optional()
    .describe("Address that signs in to the console; default: the region's"),
  revocation,
})
const sts = z.strictObject({
  type: z.literal('sts').describe('Another STS: Ceph RGW, MinIO and the like. It has no console'),
  endpoint: httpsUrl.describe('Its address'),
  region: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'expected a region')
    .default('us-east-1')
    .describe('The region that calls are signed for'),
  credentials,
  externalId,
  accepts: z
    .array(z.enum(['tags', 'source-identity', 'policy-arns']))
    .default([])
    .describe(
      'What it is known to hold to: `tags`, `source-identity`, `policy-arns`. A session that ' +
        'carries another is refused here, because such servers take what they do not know ' +
        'and forget it',
    ),
})

/** Settings of the STS behind an account, whose credentials its roles give. */
export const upstreamSettings = z.discriminatedUnion('type', [aws, sts])

export type UpstreamSettings = z.output<typeof upstreamSettings>
export type AwsSettings = Extract<UpstreamSettings, { readonly type: 'aws' }>

/**
 * The audience of tokens for an account. Each has its own, so that a token for one is of no use at
 * another, whatever issuer that trusts.
 */
export function audienceOf(account: string, settings: UpstreamSettings): string {
  const { credentials } = settings
  if (credentials.from === 'signed-token' && credentials.audience !== undefined)
    return credentials.audience
  const host = settings.type === 'aws' ? 'sts.amazonaws.com' : new URL(settings.endpoint).host
  return `${host}/${account}`
}
