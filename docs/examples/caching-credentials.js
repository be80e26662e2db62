import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const refreshMs = 5 * 60_000

/**
 * Credentials for any client of the AWS SDK: `new S3Client({ credentials: cachingCredentials({ … }) })`.
 * `idToken` answers a fresh ID token of whoever is signed in to the app. One exchange serves all who ask at once; what is
 * held serves until five minutes before its end, and while there is no network, until its very end.
 */
export function cachingCredentials({ endpoint, region, roleArn, sessionName, idToken, now = Date.now }) {
  const sts = new STSClient({ endpoint, region })
  let held
  let exchange

  async function trade() {
    const { Credentials } = await sts.send(new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn, RoleSessionName: sessionName, WebIdentityToken: await idToken(),
    }))
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials
    held = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration }
    return held
  }

  return async () => {
    const leftMs = held ? held.expiration.getTime() - now() : 0
    if (leftMs > refreshMs) return held
    exchange ??= trade().finally(() => {
      exchange = undefined
    })
    try {
      return await exchange
    } catch (error) {
      // AccessDenied and a bad token are for the app to show; a lost network is not, as long as something still serves.
      if (leftMs > 0 && error.$metadata?.httpStatusCode === undefined) return held
      throw error
    }
  }
}
