import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { parse } from 'yaml'
import { Browser } from '../http/browser.ts'
import { account, openScene, passwordHash, secret, signInOn, travel } from './scene.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'docs/examples/apps')
const names = readdirSync(folder).sort()
const read = (name: string, file: string) => readFileSync(join(folder, name, file), 'utf8')
const issuer = 'https://sso.example.com'

/** What an app's own configuration says of Gatehouse. */
interface Stated {
  readonly clientIds: readonly string[]
  /** Issuers, or addresses of the discovery document. */
  readonly issuers?: readonly string[]
  /** By their names in the discovery document. */
  readonly endpoints?: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
  readonly redirectUris?: readonly string[]
  readonly claims: readonly string[]
  /** Claims that it reads from the access token, which has to be a JWT. */
  readonly accessTokenClaims?: readonly string[]
}

// biome-ignore lint/suspicious/noExplicitAny: files of other programs
type Any = any

/** `key = value` lines, without the quotes. */
function pairs(text: string): Readonly<Record<string, string>> {
  const lines = text.matchAll(/^([\w.]+) ?= ?(.*)$/gm)
  return Object.fromEntries(
    [...lines].map(([, key, value]) => [key!, value!.replace(/^"|"$/g, '')]),
  )
}

const readers: Readonly<Record<string, () => Stated>> = {
  grafana() {
    const ini = pairs(read('grafana', 'grafana.ini'))
    assert.equal(ini.use_pkce, 'true')
    return {
      clientIds: [ini.client_id!],
      endpoints: {
        authorization_endpoint: ini.auth_url!,
        token_endpoint: ini.token_url!,
        userinfo_endpoint: ini.api_url!,
      },
      scopes: ini.scopes!.split(' '),
      claims: [ini.login_attribute_path!, ini.groups_attribute_path!],
    }
  },
  'oauth2-proxy'() {
    const toml = pairs(read('oauth2-proxy', 'oauth2-proxy.cfg'))
    assert.equal(toml.code_challenge_method, 'S256')
    return {
      clientIds: [toml.client_id!],
      issuers: [toml.oidc_issuer_url!],
      scopes: toml.scope!.split(' '),
      redirectUris: [toml.redirect_url!],
      // It refuses people whose address is not verified, and wants one at all.
      claims: [toml.oidc_groups_claim!, 'email', 'email_verified'],
    }
  },
  ceph() {
    const [gateway, proxy]: Any[] = read('ceph', 'oauth2-proxy.yaml')
      .split('---\n')
      .map(parse as Any)
    assert.deepEqual([gateway.service_type, proxy.service_type], ['mgmt-gateway', 'oauth2-proxy'])
    assert.equal(gateway.spec.enable_auth, true)
    const { spec } = proxy
    return {
      clientIds: [spec.client_id],
      issuers: [spec.oidc_issuer_url],
      // cephadm's template names none: the default of oauth2-proxy.
      scopes: ['openid', 'email', 'profile'],
      redirectUris: [spec.redirect_url],
      claims: ['email'],
      // mgr/dashboard/services/auth: `oauth2.py` and `auth.py`.
      accessTokenClaims: ['sub', 'name', 'email', 'roles', 'jti', 'iat', 'exp', 'iss'],
    }
  },
  gitlab() {
    const ruby = read('gitlab', 'gitlab.rb')
    const text = (key: string) => new RegExp(`\\b${key}: "([^"]*)"`).exec(ruby)![1]!
    const list = /\bscope: (\[[^\]]*\])/.exec(ruby)![1]!
    assert.match(ruby, /pkce: true/)
    assert.match(ruby, /discovery: true/)
    assert.equal(text('client_auth_method'), 'basic')
    return {
      clientIds: [text('identifier')],
      issuers: [text('issuer')],
      scopes: JSON.parse(list),
      redirectUris: [text('redirect_uri')],
      claims: [text('uid_field'), text('groups_attribute'), 'email', 'name'],
    }
  },
  'argo-cd'() {
    const { data }: Any = parse(read('argo-cd', 'argocd-cm.yaml'))
    const oidc: Any = parse(data['oidc.config'])
    const { data: rbac }: Any = parse(read('argo-cd', 'argocd-rbac-cm.yaml'))
    assert.equal(oidc.enablePKCEAuthentication, true)
    return {
      clientIds: [oidc.clientID, oidc.cliClientID],
      issuers: [oidc.issuer],
      scopes: oidc.requestedScopes,
      redirectUris: [`${data.url}/auth/callback`, `${data.url}/pkce/verify`],
      claims: [...(parse(rbac.scopes) as string[]), 'email'],
    }
  },
  kubernetes() {
    const { jwt }: Any = parse(read('kubernetes', 'authentication.yaml'))
    const { users }: Any = parse(read('kubernetes', 'kubeconfig-user.yaml'))
    const option = (name: string) =>
      users[0].user.exec.args
        .find((one: string) => one.startsWith(`--${name}=`))
        .slice(name.length + 3)
    const [{ issuer: trusted, claimMappings }] = jwt
    return {
      clientIds: [...trusted.audiences, option('oidc-client-id')],
      issuers: [trusted.url, option('oidc-issuer-url')],
      scopes: ['openid', option('oidc-extra-scope')],
      claims: Object.values<Any>(claimMappings).map(({ claim }) => claim),
    }
  },
  vault() {
    const config = JSON.parse(read('vault', 'config.json'))
    const role = JSON.parse(read('vault', 'role-staff.json'))
    assert.equal(config.default_role, 'staff')
    return {
      clientIds: [config.oidc_client_id, ...role.bound_audiences],
      issuers: [config.oidc_discovery_url],
      scopes: ['openid', ...role.oidc_scopes],
      redirectUris: role.allowed_redirect_uris,
      claims: [role.user_claim, role.groups_claim, ...Object.keys(role.claim_mappings)],
    }
  },
  jenkins() {
    const { oic }: Any = parse(read('jenkins', 'jenkins.yaml')).jenkins.securityRealm
    const { wellKnown } = oic.serverConfiguration
    assert.equal(oic.pkceEnabled, true)
    return {
      clientIds: [oic.clientId],
      issuers: [wellKnown.wellKnownOpenIDConfigurationUrl],
      scopes: wellKnown.scopesOverride.split(' '),
      claims: [oic.userNameField, oic.fullNameFieldName, oic.emailFieldName, oic.groupsFieldName],
    }
  },
  nextcloud() {
    const shell = read('nextcloud', 'add-provider.sh')
    const option = (name: string) =>
      new RegExp(`--${name}="?([^"\\n]*?)"?( \\\\)?\\n`).exec(shell)![1]!
    return {
      clientIds: [option('clientid')],
      issuers: [option('discoveryuri')],
      scopes: option('scope').split(' '),
      claims: ['uid', 'display-name', 'email', 'groups'].map((one) => option(`mapping-${one}`)),
    }
  },
  minio() {
    const env = pairs(read('minio', 'minio.env'))
    const of = (name: string) => env[`MINIO_IDENTITY_OPENID_${name}`]!
    return {
      clientIds: [of('CLIENT_ID')],
      issuers: [of('CONFIG_URL')],
      scopes: of('SCOPES').split(','),
      redirectUris: [`${env.MINIO_BROWSER_REDIRECT_URL}/oauth_callback`],
      claims: [of('CLAIM_NAME')],
    }
  },
}

interface Written {
  readonly secret?: string
  readonly redirectUris: readonly string[]
  readonly type?: 'native'
  readonly pkce?: 'optional'
}

const settingsOf = (name: string): Any => parse(read(name, 'gatehouse.yaml'))
const appsOf = (name: string): Readonly<Record<string, Written>> => settingsOf(name).apps

/** The settings of every recipe in one file, with a person who is in all groups that they name. */
async function openRecipes() {
  const secrets = await mkdtemp(join(tmpdir(), 'gatehouse-recipes-'))
  const sections = (section: 'apps' | 'resources') =>
    JSON.stringify(Object.assign({}, ...names.map((name) => settingsOf(name)[section])))
  const apps = sections('apps')
  for (const [, file] of apps.matchAll(/\$\{file:([\w-]+)\}/g))
    await writeFile(join(secrets, file!), secret)
  const groups = [
    ...['staff', 'developers', 'grafana-admins', 'gitlab-admins', 'argocd-admins', 'k8s-admins'],
    ...['vault-admins', 'jenkins-admins', 'cloud-staff', 'minio-readers', 'ceph-read-only'],
  ]
  const person = {
    username: 'alice',
    passwordHash,
    displayName: 'Alice',
    attributes: { mail: 'alice@example.com' },
    groups,
  }
  const connectors = {
    corp: { type: 'file', label: 'Corp', accounts: [account], people: [person] },
  }
  const at = await openScene(
    `accounts: { "${account}": {} }\nconnectors: ${JSON.stringify(connectors)}\n` +
      `apps: ${apps.replaceAll('${file:', `\${file:${secrets}/`)}\n` +
      `resources: ${sections('resources')}`,
  )
  return {
    at,
    async [Symbol.asyncDispose]() {
      await at[Symbol.asyncDispose]()
      await rm(secrets, { recursive: true })
    },
  }
}

interface Redeeming {
  readonly written: Written
  /** Where the person came back to. */
  readonly reached: string
  readonly verifier: string | undefined
}

/** As the apps do it, with the redirect address as it is registered: openid-client adds a slash. */
async function redeem(origin: string, id: string, { written, reached, verifier }: Redeeming) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: new URL(reached).searchParams.get('code')!,
    redirect_uri: written.redirectUris[0]!,
    ...(verifier !== undefined && { code_verifier: verifier }),
    ...(written.secret === undefined && { client_id: id }),
  })
  const authorization = `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}`
  const answer = await fetch(`${origin}/oauth2/token`, {
    method: 'POST',
    headers: written.secret === undefined ? {} : { authorization },
    body,
  })
  const told = (await answer.json()) as Record<string, string>
  assert.equal(answer.status, 200, `${id}: ${JSON.stringify(told)}`)
  return told
}

/** The tokens that the app gets, by the flow that it takes. */
async function signIn(
  at: Awaited<ReturnType<typeof openScene>>,
  id: string,
  { written, scopes }: { readonly written: Written; readonly scopes: readonly string[] },
) {
  const config = await at.app(
    id,
    written.secret === undefined ? client.None() : client.ClientSecretBasic(secret),
  )
  const verifier = written.pkce === 'optional' ? undefined : client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: written.redirectUris[0]!,
    scope: scopes.join(' '),
    ...(verifier && {
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  })
  const browser = new Browser(at.origin)
  let reached = await signInOn(browser, await travel(browser, url), 'alice')
  if (typeof reached !== 'string' && written.type === 'native') {
    const answer = { _csrf: reached.csrf, decision: 'allowed' }
    const said = await browser.post(/action="([^"]*)"/.exec(reached.text)![1]!, answer)
    reached = await travel(browser, /content="0;url=([^"]*)"/.exec(said.text)![1]!)
  }
  assert.equal(
    typeof reached,
    'string',
    `${id}: ${typeof reached === 'string' ? '' : reached.title}`,
  )
  return redeem(at.origin, id, { written, reached: String(reached), verifier })
}

test('every recipe is in the documentation, and has a reader here', () => {
  assert.deepEqual(names, Object.keys(readers).sort())
  const page = readFileSync(join(root, 'docs/apps/recipes.md'), 'utf8')
  for (const name of names)
    for (const file of readdirSync(join(folder, name)))
      assert.ok(page.includes(`(../examples/apps/${name}/${file})`), `${name}/${file}`)
})

test('what each app is configured with is what Gatehouse publishes', {
  timeout: 120_000,
}, async () => {
  await using opened = await openRecipes()
  const { at } = opened
  const discovered = await fetch(`${at.origin}/.well-known/openid-configuration`)
  const published = (await discovered.json()) as Record<string, string & string[]>
  const here = (address: string) => address.replace(issuer, at.origin)
  for (const name of names) {
    const stated = readers[name]!()
    const { issuers = [], endpoints = {}, redirectUris = [], scopes, claims } = stated
    const { accessTokenClaims = [] } = stated
    for (const one of issuers) {
      const plain = one.replace(/\/\.well-known\/openid-configuration$/, '')
      assert.equal(here(plain), published.issuer, `${name}: ${one}`)
    }
    for (const [endpoint, address] of Object.entries(endpoints))
      assert.equal(here(address), published[endpoint], `${name}: ${endpoint}`)
    for (const scope of scopes)
      assert.ok(published.scopes_supported!.includes(scope), `${name}: scope ${scope}`)
    const apps = appsOf(name)
    assert.deepEqual([...new Set(stated.clientIds)], Object.keys(apps), `${name}: client ids`)
    const registered = Object.values(apps).flatMap((one) => one.redirectUris)
    for (const uri of redirectUris) assert.ok(registered.includes(uri), `${name}: ${uri}`)
    for (const [id, written] of Object.entries(apps)) {
      const told = await signIn(at, id, { written, scopes })
      const { id_token: idToken, access_token: accessToken } = told
      const inIdToken = decodeJwt(idToken!)
      for (const claim of claims) assert.ok(claim in inIdToken, `${id} is told no ${claim}`)
      if (accessTokenClaims.length === 0) continue
      const inAccessToken = decodeJwt(accessToken!)
      for (const claim of accessTokenClaims) assert.ok(claim in inAccessToken, `${id}: ${claim}`)
    }
  }
})
