import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeCertificates } from '../peers/tls.ts'
import { account, clientSecret, openOidcScene, signInThere } from './oidc-scene.ts'

test('Gatehouse proves itself in every way that providers ask for, and answers by form', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-oidc-'))
  try {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const keyFile = join(folder, 'own.key')
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
    const certificate = await makeCertificates(folder, ['DNS:gatehouse'])
    const client = (id: string, more: object) => ({
      client_id: id,
      application_type: 'native',
      redirect_uris: [`http://localhost/oidc/${id}/callback`],
      ...more,
    })
    const secret = { client_secret: clientSecret }
    const clients = [
      client('post', { ...secret, token_endpoint_auth_method: 'client_secret_post' }),
      client('jwt', {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...jwk, kid: 'own', alg: 'ES256', use: 'sig' }] },
        request_object_signing_alg: 'ES256',
        require_pushed_authorization_requests: true,
        require_signed_request_object: true,
      }),
      client('public', { token_endpoint_auth_method: 'none' }),
      client('tls', {
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=server',
      }),
    ]
    const connector = (id: string, more: string) => `
  ${id}:
    type: oidc
    label: ${id}
    accounts: ["${account}"]
    issuer: https://op.corp.test
    clientId: ${id}
    usernameClaim: preferred_username
    groupsClaim: groups
    scopes: [openid, profile, groups]
${more}`
    const more = [
      `    clientSecret: ${clientSecret}`,
      connector(
        'post',
        `    clientSecret: ${clientSecret}\n    authentication: client_secret_post\n` +
          '    responseMode: form_post',
      ),
      connector('jwt', `    keyFile: ${keyFile}\n    keyId: own`),
      connector('public', '    userInfo: always'),
      connector(
        'tls',
        `    authentication: tls_client_auth\n    keyFile: ${certificate.keyFile}\n` +
          `    certificateFile: ${certificate.certFile}`,
      ),
    ].join('\n')
    const ids = clients.map(({ client_id }) => client_id)
    await using here = await openOidcScene({
      more,
      client: { ...secret },
      clientIds: ids,
      provider: {
        clients,
        pushes: true,
        takesSignedRequests: true,
        claimsByUserInfo: true,
        clientAuthority: await readFile(certificate.caFile, 'utf8'),
      },
    })
    for (const connectorId of ids) {
      const { shown, sent, left } = await signInThere(here, 'alice', { connector: connectorId })
      assert.equal(shown.location, '/portal', `${connectorId}: ${shown.text}`)
      assert.equal(new URL(left).searchParams.has('request_uri'), true, connectorId)
      assert.equal(new URL(sent).searchParams.has('code'), connectorId !== 'post')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
