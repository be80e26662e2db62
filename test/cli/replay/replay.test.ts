import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ReplayAsked, replay } from '../../../src/cli/replay/replay.ts'
import { Browser } from '../../http/browser.ts'
import {
  demoSettings,
  openRunning,
  type RunningHere,
  settingsText,
} from '../../journeys/running.ts'

async function signIn(running: RunningHere, username: string): Promise<void> {
  const browser = new Browser(running.origin)
  const { csrf: _csrf } = await browser.get('/signin?connector=staff')
  const form = { _csrf, connector: 'staff', username, password: `${username}-demo-2026`, next: '' }
  assert.equal((await browser.post('/signin', form)).status, 303)
}

interface Told {
  readonly people: number
  readonly differing: readonly {
    readonly username: string
    readonly differences: readonly { readonly kind: string; readonly name: string }[]
  }[]
}

/** A server that two people signed in to, and what a replay with edited settings says of it. */
async function openScene() {
  const demo = await demoSettings()
  await using undo = new AsyncDisposableStack()
  const running = undo.use(await openRunning(demo))
  const write = async (name: string, rest: string) => {
    const path = join(running.folder, name)
    await writeFile(path, settingsText(running.folder, 'http://localhost:1', [1, 2], rest))
    return path
  }
  const config = await write('current.yaml', demo)
  const ask = async (edited: string, more: Partial<ReplayAsked> = {}) => {
    const lines: string[] = []
    const say = (line: string) => void lines.push(line)
    const asked = { config, with: await write('edited.yaml', edited), days: '30', ...more }
    const all = { sourceIp: '127.0.0.1', ...asked }
    const code = await replay(all, process.env, { out: say, err: say })
    return { code, said: lines.join('\n') }
  }
  for (const username of ['amina', 'jonas']) await signIn(running, username)
  // What sign-ins proved is kept while nobody waits for it.
  for (let people = 0; people < 2; )
    people = (JSON.parse((await ask(demo, { json: true })).said) as Told).people
  const owned = undo.move()
  return { demo, running, ask, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('tells who would gain, lose and have changed what, and that nobody would', async () => {
  await using scene = await openScene()
  const same = await scene.ask(scene.demo)
  assert.equal(same.code, 0, same.said)
  assert.match(same.said, /^2 people signed in since .*: 0 would gain, 0 lose, 0 have something/)

  const [first, second] = scene.demo.split('  - name: billing for admins')
  const edited = [
    first!.replace('"developers" in', '"admins" in').replace('maxDuration: 8h', 'maxDuration: 2h'),
    second!.replace('"admins" in', '"developers" in'),
  ].join('  - name: billing for admins')
  const { code, said } = await scene.ask(edited, { json: true })
  assert.equal(code, 2, said)
  const told = (JSON.parse(said) as Told).differing
    .map(({ username, differences }) => [
      username,
      ...differences.map(({ kind, name }) => `${kind} ${name.split('/')[1]}`),
    ])
    .sort()
  assert.deepEqual(told, [
    ['amina', 'changes Developer'],
    ['jonas', 'gains BillingViewer', 'loses Developer'],
  ])
  const text = (await scene.ask(edited)).said
  assert.match(text, /changes {2}role {2}\S+Developer: maxDurationSeconds: 28800 → 7200/)
  assert.match(text, /loses {4}role {2}\S+Developer: rule `developers`: .*admins/)
  assert.match(text, /1 would gain, 1 lose, 1 have something changed/)
})

test('judges by the trust policies of the edited settings', async () => {
  await using scene = await openScene()
  const [before, after] = scene.demo.split('      BillingViewer:\n        description')
  const deny = after!.replace('Effect: Allow', 'Effect: Deny')
  const edited = `${before}      BillingViewer:\n        description${deny}`
  const { code, said } = await scene.ask(edited)
  assert.equal(code, 2)
  assert.match(said, /^amina \(staff, signed in .*\)\n {2}loses .*BillingViewer: .*does not trust/)
  assert.match(said, /0 would gain, 1 lose, 0 have/)
})

test('refuses wrong files, days and addresses, and a store that is not there', async () => {
  await using scene = await openScene()
  const refused = async (said: RegExp, edited = scene.demo, more: Partial<ReplayAsked> = {}) => {
    const answer = await scene.ask(edited, more)
    assert.equal(answer.code, 1, answer.said)
    assert.match(answer.said, said)
  }
  await refused(
    /edited\.yaml:\d+:\d+: mappings/,
    scene.demo.replace('identity.groups', 'identity.grups'),
  )
  for (const days of ['0', '401', '1.5', 'x'])
    await refused(/no number of days/, scene.demo, { days })
  await refused(/no IP address/, scene.demo, { sourceIp: 'localhost' })
  await refused(/no such file/, scene.demo, { config: '/nowhere.yaml' })
})
