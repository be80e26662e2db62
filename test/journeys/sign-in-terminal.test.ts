import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { requirePeer } from '../peers/require.ts'
import { awsCliProfile } from './aws-cli.ts'
import { demoSettings, openRunning, type TrailRecord } from './running.ts'
import { type Laptop, login, openLaptop } from './sign-in-laptop.ts'

const amina = { username: 'amina', password: 'amina-demo-2026' }
const jonas = { username: 'jonas', password: 'jonas-demo-2026' }
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`

const keysOf = ({ out, err }: { readonly out: string; readonly err: string }) => {
  assert.notEqual(out, '', err)
  return JSON.parse(out) as Record<'AccessKeyId' | 'SessionToken' | 'Expiration', string>
}

test('login, roles, credentials by name, exec, console and logout', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  const early = await laptop.run(['roles', '--endpoint', at.origin])
  assert.equal(early.code, 1)
  assert.equal(
    early.err,
    `gatehouse: you are not signed in at \`${at.origin}\`: ` +
      `run \`gatehouse login --endpoint ${at.origin}\`\n`,
  )
  const done = await login(laptop, at.origin, amina)
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /^signed in at http:\/\/localhost:\d+ as amina, until /)

  const roles = await laptop.run(['roles'])
  assert.match(roles.out, /^ROLE +ACCOUNT +LONGEST\ndemo\/Developer +111122223333 +8h +Everyday/)
  const asJson = await laptop.run(['roles', '--json'])
  assert.deepEqual(
    JSON.parse(asJson.out).map(({ arn }: { arn: string }) => arn),
    [role('Developer'), role('BillingViewer')],
  )

  const byName = keysOf(await laptop.run(['credentials', '--role', 'developer']))
  const byArn = keysOf(await laptop.run(['credentials', '--role', role('Developer')]))
  const again = keysOf(await laptop.run(['credentials', '--role', 'developer']))
  assert.match(byArn.SessionToken, /^ghs1\./)
  assert.equal(again.AccessKeyId, byName.AccessKeyId, 'from the cache')
  const which = await laptop.run(['credentials'])
  assert.match(which.err, /say which role: there is demo\/Developer, demo\/BillingViewer\n$/)
  const none = await laptop.run(['credentials', '--role', 'Devel'])
  assert.match(none.err, /no role `Devel` is open to you: there is demo\/Developer\n$/)

  const print = 'console.log(process.env.AWS_SESSION_TOKEN)'
  const node = [process.execPath, '-e', print]
  const exec = await laptop.run(['exec', 'demo/BillingViewer', '--', ...node])
  assert.match(exec.out, /^ghs1\./, exec.err)
  const chooses = await laptop.run(['exec', '--', ...node])
  assert.match(chooses.err, /there is no terminal to ask in: say which role: there is demo/)
  const opens = await laptop.run(['console', '--print', 'Developer'])
  assert.ok(opens.out.startsWith(`${at.origin}/federation?Action=login&`), opens.err)

  const out = await laptop.run(['logout'])
  assert.equal(out.code, 0, out.err)
  const late = await laptop.run(['credentials', '--role', 'developer', '--endpoint', at.origin])
  assert.match(late.err, /you are not signed in at/)
  const left = await readdir(laptop.folder, { recursive: true })
  assert.deepEqual(
    left.filter((name) => /[0-9a-f]{32}/.test(name)),
    [],
    'nothing of the sign-in is kept',
  )
  const events = await at.events((all) => all.some(({ eventName }) => eventName === 'AppToken'))
  assert.equal(JSON.stringify(events).includes(byName.SessionToken), false)
})

test('what is kept is sealed, for nobody else to read, and of one sign-in alone', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  await login(laptop, at.origin, amina)
  const first = keysOf(await laptop.run(['credentials', '--role', 'Developer']))
  const files = (await readdir(laptop.folder, { recursive: true, withFileTypes: true })).filter(
    (one) => one.isFile() && /\/(state|cache)\//.test(`${one.parentPath}/`),
  )
  assert.ok(files.length >= 4, files.map(({ name }) => name).join())
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name)
    assert.equal((await stat(path)).mode & 0o77, 0, path)
    const bytes = (await readFile(path)).toString('latin1')
    assert.equal(bytes.includes(first.SessionToken), false, path)
  }
  await login(laptop, at.origin, jonas)
  const second = keysOf(await laptop.run(['credentials', '--role', 'Developer']))
  assert.notEqual(second.AccessKeyId, first.AccessKeyId, 'another person’s are not given out')
})

test('the key of a sign-in is in the keychain, or in a file where there is none', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  const chest = join(laptop.folder, 'chest')
  await laptop.install('secret-tool', keyring(chest))
  const bus = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' }
  const done = await login(laptop, at.origin, amina, bus)
  assert.doesNotMatch(done.err, /no keychain/)
  const arguments_ = await readFile(`${chest}.arguments`, 'utf8')
  const secret = await readFile(chest, 'utf8')
  assert.equal(Buffer.from(secret, 'base64').length, 32)
  assert.equal(arguments_.includes(secret), false, 'never in the arguments')
  assert.deepEqual(await stateFiles(laptop, '.key'), [])
  keysOf(await laptop.run(['credentials', '--role', 'Developer'], bus))
  const locked = await laptop.run(['roles'])
  assert.match(locked.err, /can't be read: the keychain .* Unlock the keychain, or run/)
  await laptop.run(['logout'], bus)
  assert.equal(await readFile(chest, 'utf8'), '')

  await laptop.install('secret-tool', '#!/bin/sh\nexit 1\n')
  const without = await login(laptop, at.origin, amina, bus)
  assert.match(without.err, /no keychain answers here: the key of the sign-in is kept in a file/)
  assert.equal((await stateFiles(laptop, '.key')).length, 1)
})

const stateFiles = async ({ folder }: Laptop, end: string) =>
  (await readdir(join(folder, 'state/gatehouse'))).filter((name) => name.endsWith(end))

/** Keeps one secret as secret-tool(1) does: it comes on standard input. */
const keyring = (chest: string) => `#!/bin/sh
echo "$@" >> ${chest}.arguments
case "$1" in
  store) cat > ${chest} ;;
  lookup) [ -s ${chest} ] && cat ${chest} ;;
  clear) : > ${chest} ;;
esac
`

test('the AWS CLI uses the profiles that configure wrote, two at once with one call', async (t) => {
  if (!requirePeer(t, 'awscli')) return
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  await login(laptop, at.origin, amina)
  const written = await laptop.run(['configure'])
  assert.match(written.out, /^2 profiles in .*\/aws\/config:\n {2}demo-Developer\n/, written.err)
  const text = await readFile(laptop.configFile, 'utf8')
  const before = (await at.events(1)).length
  const aws = () => {
    const { configFile, env } = laptop
    const profile = { configFile, profile: 'demo-Developer', env }
    return awsCliProfile(at.origin, profile, 'sts', 'get-caller-identity')
  }
  const both = await Promise.all([aws(), aws()])
  for (const { json, refused } of both)
    assert.equal(json.Arn, 'arn:aws:sts::111122223333:assumed-role/Developer/amina', refused)
  const taken = (await at.events(before + 3))
    .slice(before)
    .filter(({ eventName }) => eventName === 'AssumeRoleWithLDAPIdentity')
  assert.equal(taken.length, 1)
  await laptop.run(['configure'])
  assert.equal(await readFile(laptop.configFile, 'utf8'), text)
})

test('processes that refresh at once sign out nobody, however many and how often', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  await login(laptop, at.origin, amina)
  for (const round of [1, 2]) {
    // Of the server alone: the command finds out when its access token is refused.
    at.clock.pass(660)
    const all = await Promise.all([1, 2, 3, 4].map(() => laptop.run(['roles'])))
    assert.deepEqual(
      all.map(({ code, err }) => [code, err]),
      all.map(() => [0, '']),
      `round ${round}`,
    )
  }
  const events = await at.events((all) => all.filter(isRefresh).length >= 2)
  assert.equal(events.filter(isRefresh).length, 2)
})

const isRefresh = ({ requestParameters }: TrailRecord) =>
  requestParameters?.grantType === 'refresh_token'

test('a sign-in that was ended is told so, and a new one is as good as the first', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  const { browser } = await login(laptop, at.origin, amina)
  keysOf(await laptop.run(['credentials', '--role', 'Developer']))
  const question = await browser.get('/signout')
  await browser.post('/signout/everywhere', { _csrf: question.csrf })
  const ended = await laptop.run(['credentials', '--role', 'Developer', '--refresh'])
  assert.deepEqual([ended.code, ended.out], [1, ''])
  assert.equal(
    ended.err,
    `gatehouse: your sign-in at \`${at.origin}\` has ended: ` +
      `run \`gatehouse login --endpoint ${at.origin}\`\n`,
  )
  at.clock.pass(1)
  assert.equal((await login(laptop, at.origin, amina)).code, 0)
  keysOf(await laptop.run(['credentials', '--role', 'Developer']))
})

test('while Gatehouse is away kept credentials serve, and the rest says that it is', async () => {
  await using laptop = await openLaptop()
  const { origin, kept } = await (async () => {
    await using at = await openRunning(await demoSettings())
    await login(laptop, at.origin, amina)
    const taken = await laptop.run(['credentials', '--role', 'Developer'])
    return { origin: at.origin, kept: keysOf(taken) }
  })()
  const again = keysOf(await laptop.run(['credentials', '--role', 'Developer']))
  assert.equal(again.AccessKeyId, kept.AccessKeyId)
  for (const args of [['roles'], ['credentials', '--role', 'BillingViewer'], ['login']]) {
    const { code, out, err } = await laptop.run(args)
    assert.deepEqual([code, out], [1, ''], args.join(' '))
    assert.match(err, /^gatehouse: .*ECONNREFUSED/, args.join(' '))
  }
  const out = await laptop.run(['logout'])
  assert.equal(out.code, 1)
  assert.match(out.err, /could not be told \(.*ECONNREFUSED.*\): the sign-in ends there at 20/)
  assert.match((await laptop.run(['roles', '--endpoint', origin])).err, /you are not signed in/)
})

test('answers that are not to this sign-in change nothing, and a No is told', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  const command = laptop.start(['login', '--endpoint', at.origin])
  const asked = new URL(await laptop.opened())
  const back = asked.searchParams.get('redirect_uri')!
  for (const [path, status] of [
    [`${back}?code=stolen&state=another`, 400],
    [`${back}?error=access_denied`, 400],
    [`${new URL(back).origin}/other`, 404],
  ] as const)
    assert.equal((await fetch(path)).status, status, path)
  const state = asked.searchParams.get('state')!
  const query = new URLSearchParams({ error: 'access_denied', state, iss: at.origin })
  const declined = await fetch(`${back}?${query}`)
  assert.match(await declined.text(), /You are not signed in/)
  const { code, err } = await command.ended
  assert.equal(code, 1)
  assert.match(err, /gatehouse: you are not signed in: it was declined in the browser\n$/)

  const mixedUp = laptop.start(['login', '--endpoint', at.origin])
  const other = new URL(await laptop.opened())
  const mixed = new URLSearchParams({
    code: 'x',
    state: other.searchParams.get('state')!,
    iss: 'https://other.example.com',
  })
  await fetch(`${other.searchParams.get('redirect_uri')}?${mixed}`)
  assert.match((await mixedUp.ended).err, /you are not signed in: .*iss/)
})

test('who names no role chooses one by typing letters of it', async () => {
  await using at = await openRunning(await demoSettings())
  await using laptop = await openLaptop()
  await login(laptop, at.origin, amina)
  // script(1) gives a terminal.
  const command = 'gatehouse exec -- sh -c \'echo "$AWS_CREDENTIAL_EXPIRATION" > chosen\''
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: laptop.env,
    cwd: laptop.folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  let typed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    const next = { '': 'bv', bv: '\r' }[typed]
    const ready = typed === '' ? /BillingViewer/ : /1 match/
    if (next === undefined || !ready.test(shown)) return
    typed = next
    child.stdin.write(next)
  })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0, shown)
  assert.match(await readFile(join(laptop.folder, 'chosen'), 'utf8'), /^20\d\d-/)
  const taken = await at.events((all) => all.some(isTaken))
  assert.match(JSON.stringify(taken.filter(isTaken)), /role\/BillingViewer/)
})

const isTaken = ({ eventName }: TrailRecord) => eventName === 'AssumeRoleWithLDAPIdentity'
