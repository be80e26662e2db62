import type { Credentials } from '../../credentials/claims.ts'
import type { Credentials as CredentialsShape } from '../../reference/aws/sts-shapes.gen.ts'

export function credentialsShape(credentials: Credentials): CredentialsShape {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: credentials.expiration,
  }
}
