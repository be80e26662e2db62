import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type Answered,
  accessTokenType,
  ask,
  asSession,
  credentialsType,
  exchange,
  exchangeSettings,
  forRole,
  type Keys,
  otherAccount,
  role,
  sessionOf,
  signedCall,
  signedCallType,
  signIn,
} from './exchange-scene.ts'
import { openScene, type Scene } from './scene.ts'

/** What the table's rows begin with: all of it is good for one thing. */
interface Stage {
  readonly at: Scene
  readonly tokens: Record<'wiki' | 'board' | 'plain' | 'narrow' | 'partner', string>
  readonly refresh: string
  readonly idToken: string
  readonly code: string
  readonly build: Keys
  readonly silent: Keys
  readonly elsewhere: Keys
  readonly developer: Keys
}

let stage: Stage
let undo: AsyncDisposableStack

before(async () => {
  undo = new AsyncDisposableStack()
  const at = undo.use(await openScene(exchangeSettings))
  const wiki = await signIn(at)
  const [board, plain] = [await signIn(at, { id: 'board' }), await signIn(at, { id: 'plain' })]
  const narrow = await signIn(at, { scope: 'openid profile' })
  const partner = await signIn(at, { connector: 'partner' })
  const session = (of: string, more = {}) => sessionOf(at, of, more)
  stage = {
    at,
    tokens: {
      wiki: wiki.tokens.access_token,
      board: board.tokens.access_token,
      plain: plain.tokens.access_token,
      narrow: narrow.tokens.access_token,
      partner: partner.tokens.access_token,
    },
    refresh: wiki.tokens.refresh_token!,
    idToken: wiki.tokens.id_token!,
    code: new URL(wiki.to).searchParams.get('code')!,
    build: await session(role('Ci-build')),
    silent: await session(role('Ci-silent')),
    elsewhere: await session(role('Ci-build', otherAccount)),
    developer: await session(role('Developer')),
  }
})
after(() => undo.disposeAsync())

type Row = readonly [
  title: string,
  error: string,
  work: (stage: Stage) => Promise<Answered> | Answered,
]

const other = (of: string) => `${of.slice(0, -1)}${of.endsWith('A') ? 'B' : 'A'}`
const wikiFor = ({ at, tokens }: Stage, more: Record<string, string>, drop: string[] = []) => {
  const fields: Record<string, string> = { ...forRole(tokens.wiki), ...more }
  for (const name of drop) delete fields[name]
  return exchange(at, fields)
}
const call = async ({ at, build }: Stage, ...more: Parameters<typeof signedCall>[2][]) =>
  exchange(at, asSession(await signedCall(at, build, more[0])))

const refused: readonly Row[] = [
  ['no subject', 'invalid_request', (on) => wikiFor(on, {}, ['subject_token'])],
  ['no type of the subject', 'invalid_request', (on) => wikiFor(on, {}, ['subject_token_type'])],
  [
    'an ID token as subject',
    'invalid_request',
    (on) =>
      wikiFor(on, {
        subject_token: on.idToken,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      }),
  ],
  [
    'an ID token that is called an access token',
    'invalid_request',
    (on) => wikiFor(on, { subject_token: on.idToken }),
  ],
  ['a refresh token', 'invalid_request', (on) => wikiFor(on, { subject_token: on.refresh })],
  ['a code', 'invalid_request', (on) => wikiFor(on, { subject_token: on.code })],
  [
    "another app's token",
    'invalid_request',
    (on) => wikiFor(on, { subject_token: on.tokens.board }),
  ],
  [
    "an app's own token in the hands of another app",
    'invalid_request',
    ({ at, tokens }) => exchange(at, forRole(tokens.wiki), 'board'),
  ],
  ['a cut token', 'invalid_request', (on) => wikiFor(on, { subject_token: other(on.tokens.wiki) })],
  [
    'a token with a letter too many',
    'invalid_request',
    (on) => wikiFor(on, { subject_token: `${on.tokens.wiki}A` }),
  ],
  [
    'a token without the scope',
    'invalid_scope',
    ({ at, tokens }) => exchange(at, forRole(tokens.narrow)),
  ],
  [
    'an app that may not exchange',
    'invalid_request',
    ({ at, tokens }) => exchange(at, forRole(tokens.plain), 'plain'),
  ],
  ['no role', 'invalid_target', (on) => wikiFor(on, {}, ['resource'])],
  [
    'a role that is not the app’s',
    'invalid_target',
    (on) => wikiFor(on, { resource: role('Auditor') }),
  ],
  [
    'a role of another account by the same name',
    'invalid_target',
    (on) => wikiFor(on, { resource: role('Developer', otherAccount) }),
  ],
  [
    'a role whose name begins as the app’s',
    'invalid_target',
    (on) => wikiFor(on, { resource: role('Developers') }),
  ],
  [
    'a role that no rule gives the person',
    'invalid_target',
    (on) => wikiFor(on, { resource: role('Ungranted') }),
  ],
  [
    'a role whose trust policy does not trust the person',
    'invalid_target',
    (on) => wikiFor(on, { resource: role('Closed') }),
  ],
  [
    'a person of another connector by the same name and group',
    'invalid_target',
    ({ at, tokens }) => exchange(at, forRole(tokens.partner)),
  ],
  ['an audience', 'invalid_request', (on) => wikiFor(on, { audience: 'board' })],
  ['a scope', 'invalid_request', (on) => wikiFor(on, { scope: 'openid' })],
  [
    'an actor token',
    'invalid_request',
    (on) => wikiFor(on, { actor_token: on.tokens.wiki, actor_token_type: accessTokenType }),
  ],
  [
    'an access token for an access token',
    'invalid_request',
    (on) => wikiFor(on, { requested_token_type: accessTokenType }),
  ],
  [
    'credentials for a signed call',
    'invalid_request',
    async (on) =>
      exchange(on.at, {
        ...asSession(await signedCall(on.at, on.build)),
        requested_token_type: credentialsType,
        resource: role('Developer'),
      }),
  ],
  ['a signed call for another app', 'invalid_request', (on) => call(on, { audience: 'board' })],
  [
    'a signed call for an app by another',
    'invalid_request',
    async (on) => exchange(on.at, asSession(await signedCall(on.at, on.build)), 'board'),
  ],
  [
    'a signed call for an app that takes none',
    'invalid_request',
    async (on) =>
      exchange(on.at, asSession(await signedCall(on.at, on.build, { audience: 'plain' })), 'plain'),
  ],
  [
    'a session of a role that is not the app’s',
    'invalid_request',
    async ({ at, developer }) => exchange(at, asSession(await signedCall(at, developer))),
  ],
  [
    'a session of another account’s role by the same name',
    'invalid_target',
    async ({ at, elsewhere }) => exchange(at, asSession(await signedCall(at, elsewhere))),
  ],
  [
    'a session whose policies do not let it tell who it is',
    'invalid_request',
    async ({ at, silent }) => exchange(at, asSession(await signedCall(at, silent))),
  ],
  ['a call to another service', 'invalid_request', (on) => call(on, { service: 'iam' })],
  ['another action', 'invalid_request', (on) => call(on, { query: { Action: 'GetSessionToken' } })],
  [
    'two audiences that were signed',
    'invalid_request',
    (on) => call(on, { query: { Audience: ['wiki', 'board'] }, without: 'Nonce' }),
  ],
  ['a call without a nonce', 'invalid_request', (on) => call(on, { without: 'Nonce' })],
  ['a parameter too many', 'invalid_request', (on) => call(on, { query: { Extra: '1' } })],
  [
    'a header that is signed too',
    'invalid_request',
    (on) => call(on, { headers: { 'x-one': '1' } }),
  ],
  ['another path', 'invalid_request', (on) => call(on, { path: '/other' })],
  [
    'a call of an hour ago',
    'invalid_request',
    (on) => call(on, { signingDate: new Date(on.at.clock.now().getTime() - 3_600_000) }),
  ],
  [
    'an address elsewhere',
    'invalid_request',
    async (on) =>
      exchange(
        on.at,
        asSession((await signedCall(on.at, on.build)).replace('localhost', '127.0.0.1')),
      ),
  ],
  [
    'an address with a user name',
    'invalid_request',
    async (on) =>
      exchange(on.at, asSession((await signedCall(on.at, on.build)).replace('//', '//a@'))),
  ],
  [
    'an audience twice',
    'invalid_request',
    async (on) => exchange(on.at, asSession(`${await signedCall(on.at, on.build)}&Audience=wiki`)),
  ],
  [
    'an audience that was put in place of the signed one',
    'invalid_request',
    async (on) => {
      const signed = await signedCall(on.at, on.build, { audience: 'board' })
      return exchange(on.at, asSession(signed.replace('Audience=board', 'Audience=wiki')))
    },
  ],
  [
    'a signature of another session',
    'invalid_request',
    async ({ at, build, developer }) => {
      const mixed = { ...build, SecretAccessKey: developer.SecretAccessKey }
      return exchange(at, asSession(await signedCall(at, mixed)))
    },
  ],
  [
    'a call without a session',
    'invalid_request',
    async ({ at, build }) => {
      const { SessionToken: _, ...keys } = build
      return exchange(at, asSession(await signedCall(at, keys)))
    },
  ],
  [
    'more than the scope openid for a session',
    'invalid_scope',
    async ({ at, build }) =>
      exchange(at, { ...asSession(await signedCall(at, build)), scope: 'openid roles' }),
  ],
  [
    'a token for another app for a session',
    'invalid_target',
    async ({ at, build }) =>
      exchange(at, { ...asSession(await signedCall(at, build)), audience: 'board' }),
  ],
  [
    'a resource for a session',
    'invalid_target',
    async ({ at, build }) =>
      exchange(at, { ...asSession(await signedCall(at, build)), resource: role('Developer') }),
  ],
  [
    'no call but a text',
    'invalid_request',
    ({ at }) =>
      exchange(at, { subject_token: 'x'.repeat(20_000), subject_token_type: signedCallType }),
  ],
  [
    'credentials for a token about a session',
    'invalid_request',
    async ({ at, build }) => {
      const { told } = await exchange(at, asSession(await signedCall(at, build)))
      return exchange(at, forRole(told.access_token))
    },
  ],
]

for (const [title, error, work] of refused)
  test(`exchange refuses ${title}`, async () => {
    const { status, told } = await work(stage)
    assert.deepEqual([status, told.error], [400, error], JSON.stringify(told))
    assert.equal(told.access_token, undefined)
  })

test('a refused signed call can be used where it is right', async () => {
  const { at, build } = stage
  const signed = await signedCall(at, build)
  assert.equal((await exchange(at, { ...asSession(signed), scope: 'roles' })).status, 400)
  assert.equal((await exchange(at, asSession(signed), 'board')).status, 400)
  assert.equal((await exchange(at, asSession(signed))).status, 200)
})

const apps = ['wiki', 'board', 'plain'] as const

/** What the settings of the scene allow, said another way: by whom, of whom, for which role. */
function mayTake(owner: string, by: string, { connector = 'corp', resource = '' }): boolean {
  const names = { wiki: ['Developer'], board: ['Developer'], plain: [] }[by] ?? []
  return owner === by && connector === 'corp' && names.some((name) => role(name) === resource)
}

test('no token of one app, connector or account is good for another, in any pairing', async () => {
  const { at, tokens, build } = stage
  const { told } = await exchange(at, asSession(await signedCall(at, build)))
  const owned = [
    ...apps.map((id) => ({ owner: id, token: tokens[id], connector: 'corp' })),
    { owner: 'wiki', token: tokens.partner, connector: 'partner' },
    { owner: 'wiki', token: String(told.access_token), connector: 'none: a session' },
  ]
  const roles = ['Developer', 'Auditor', 'Ci-build'].flatMap((name) => [
    role(name),
    role(name, otherAccount),
  ])
  let taken = 0
  for (const { owner, token, connector } of owned)
    for (const by of apps) {
      const known = await ask(at, { token }, by, 'introspect')
      assert.equal(known.told.active, owner === by, `${owner}'s token at ${by}`)
      for (const resource of roles) {
        const { status } = await exchange(at, forRole(token, resource), by)
        const may = mayTake(owner, by, { connector, resource })
        assert.equal(status === 200, may, `${owner}'s of ${connector} by ${by} for ${resource}`)
        if (may) taken++
      }
    }
  assert.equal(taken, 2)
})

test('no proof of one session or audience is good for another, in any pairing', async () => {
  const { at, build, silent, elsewhere, developer } = stage
  const sessions = { build, silent, elsewhere, developer }
  const good: string[] = []
  for (const [name, keys] of Object.entries(sessions))
    for (const audience of apps)
      for (const by of apps) {
        const { status } = await exchange(
          at,
          asSession(await signedCall(at, keys, { audience })),
          by,
        )
        if (status === 200) good.push(`${name} for ${audience} by ${by}`)
      }
  assert.deepEqual(good, ['build for wiki by wiki', 'build for board by board'])
})
