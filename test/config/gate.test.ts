import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { explain } from '../../src/cli/explain.ts'
import { problemLine, readSettings } from '../../src/config/load.ts'

const around = (publicUrl: string) => `
publicUrl: ${publicUrl}
store: { sqlite: ':memory:' }
keys: { rootKey: { file: root.key } }
audit: { file: audit.jsonl }
accounts: { "111122223333": {} }
`
const load = (gate: string, publicUrl = 'https://sso.corp.test') =>
  readSettings(around(publicUrl) + gate, '/gatehouse.yaml', {})
const problems = (gate: string, publicUrl?: string) => {
  const loaded = load(gate, publicUrl)
  return loaded.ok ? [] : loaded.problems.map((one) => problemLine(one).replace(/^.*?: /, ''))
}
const site = (lines: string) =>
  `gate: { proxies: [loopback], sites: { wiki: { label: Wiki, ${lines} } } }`

test('headers have usual names by what they tell, unless the settings say others', () => {
  const loaded = load(
    site(`hosts: [wiki.corp.test], claims: { email: '"a"', cost_center: '"b"' },
      headers: { user: X-WEBAUTH-USER }`),
  )
  assert.ok(loaded.ok)
  assert.deepEqual(loaded.settings.gate.sites.wiki!.headers, {
    user: 'X-WEBAUTH-USER',
    name: 'Remote-Name',
    groups: 'Remote-Groups',
    token: 'Remote-Token',
    email: 'Remote-Email',
    cost_center: 'Remote-Cost-Center',
  })
  assert.equal(loaded.settings.gate.recheckSeconds, 30)
})

test('a site that would not be guarded as it is meant is refused, at its place', () => {
  const hosts = 'hosts: [wiki.corp.test]'
  const at = 'gate.sites.wiki'
  const table: readonly (readonly [gate: string, problem: RegExp])[] = [
    [site('hosts: []'), /^gate\.sites\.wiki\.hosts/],
    [site('hosts: [Wiki.corp.test]'), /hosts\[0\]: expected a host in lower case/],
    [site('hosts: [wiki.corp.test.]'), /hosts\[0\]: expected a host/],
    [site('hosts: ["*.corp.test"]'), /hosts\[0\]: expected a host/],
    [site('hosts: [sso.corp.test]'), /hosts\[0\]: this is the host of `publicUrl`/],
    [site('hosts: [a.test, a.test]'), /hosts\[1\]: listed twice/],
    [site(`${hosts}, when: 'identity.nothing'`), /^gate\.sites\.wiki\.when: /],
    [site(`${hosts}, paths: [{ path: /a, when: '1' }]`), /^gate\.sites\.wiki\.paths\[0\]\.when: /],
    [site(`${hosts}, paths: [{ path: /a }]`), /paths\[0\]: expected one of `public: true`/],
    [site(`${hosts}, paths: [{ path: /a, public: true, when: 'true' }]`), /expected one of/],
    [site(`${hosts}, paths: [{ path: /a, when: 'true', methods: [GET] }]`), /for public paths/],
    [
      site(`${hosts}, paths: [{ path: /a, public: true }, { path: /A, when: 'true' }]`),
      /paths\[1\]\.path: this path is there already/,
    ],
    ...['/', '/a/', 'a', '/a/../b', '/a//b', '/a%2fb', '/a;b', '/a?b', '"/a#b"', '/a.', '/.'].map(
      (path) =>
        [site(`${hosts}, paths: [{ path: ${path}, public: true }]`), /expected a plain/] as const,
    ),
    [site(`${hosts}, claims: { sub: '"a"' }`), /this name is taken/],
    [site(`${hosts}, headers: { mail: X-Mail }`), /headers\.mail: expected one of user, name/],
    [site(`${hosts}, headers: { user: Remote-Name }`), /two headers have one name/],
    ...['Host', 'Cookie', 'Authorization', 'X-Forwarded-Host', 'Content-Length', 'Remote_User'].map(
      (name) => [site(`${hosts}, headers: { user: ${name} }`), /headers\.user: /] as const,
    ),
    ['gate: { proxies: [10.0.0.0/33] }', /proxies\[0\]: expected an IP address/],
    ['gate: { proxies: [proxy.corp.test] }', /proxies\[0\]: expected an IP address/],
    ['gate: { secret: short }', /gate\.secret: expected 16/],
    ['gate: { recheck: 1h }', /gate\.recheck: expected 1s to 5m/],
  ]
  for (const [gate, problem] of table) {
    const found = problems(gate)
    assert.equal(found.length, 1, `${gate}: ${found}`)
    assert.match(found[0]!, problem, `${at} ${gate}`)
  }
  assert.match(
    problems(site(hosts), 'http://localhost:8080')[0]!,
    /hosts\[0\]: while `publicUrl` is http, expected a host below `localhost`/,
  )
  assert.deepEqual(problems(site('hosts: [wiki.localhost]'), 'http://localhost:8080'), [])
})

test('sites that no proxy may ask for have a warning', () => {
  const loaded = load('gate: { sites: { wiki: { label: Wiki, hosts: [wiki.corp.test] } } }')
  assert.ok(loaded.ok)
  assert.deepEqual(
    loaded.warnings.map(({ path, message }) => `${path}: ${message}`),
    ['gate.sites: no proxy is believed: list `proxies`, or give a `secret`'],
  )
})

test('explain shows the verdict of every site, and of its guarded paths', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-gate-'))
  try {
    const config = join(folder, 'gatehouse.yaml')
    const identity = join(folder, 'amina.yaml')
    await writeFile(
      config,
      around('https://sso.corp.test') +
        site(`hosts: [wiki.corp.test], when: '"staff" in identity.groups',
          paths: [{ path: /x, public: true },
            { path: /admin, when: '"admins" in identity.groups' }]`),
    )
    await writeFile(identity, 'connector: corp\nusername: amina\ngroups: [staff]\n')
    const told: string[] = []
    const output = { out: (line: string) => void told.push(line), err: () => undefined }
    const code = await explain({ config, identity }, {}, output)
    assert.equal(code, 0)
    assert.deepEqual(told.slice(told.findIndex((line) => line.startsWith('SITE'))), [
      'SITE         RESULT   REASON',
      'wiki         allowed  `"staff" in identity.groups` holds',
      'wiki /admin  refused  `"admins" in identity.groups` does not hold',
    ])
    told.length = 0
    await explain({ config, identity, json: true }, {}, output)
    const { sites } = JSON.parse(told.join('\n'))
    assert.deepEqual(
      sites.map(({ site: id, path, result }: Record<string, string>) => [id, path, result]),
      [
        ['wiki', undefined, 'allowed'],
        ['wiki', '/admin', 'refused'],
      ],
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
