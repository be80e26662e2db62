import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser, Shown } from '../../http/browser.ts'
import { hostile, makeRole } from '../made-directory.ts'
import { openRig, type Rig } from '../rig.ts'
import { formValues } from '../sent-form.ts'

const account = '111122223333'
const arnOf = (name: string) => `arn:aws:iam::${account}:policy/${name}`
const document = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement }, null, 2)
const allow = (Action: string | readonly string[], Resource = 'arn:aws:s3:::photos/*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})
const editAt = (name: string) => `/console/policies/arn:aws:iam::${account}:policy~1${name}/edit`
const pathOf = (href: string | null) => new URL(href ?? '', 'http://x').pathname

/** What a browser would send of the editor that is shown. */
const values = (shown: Shown) => ({ ...formValues(shown), _base: shown.hidden('_base') })
const press = (
  browser: Browser,
  address: string,
  shown: Shown,
  changes: Readonly<Record<string, string>>,
) => browser.post(address, { ...values(shown), ...changes })
const plain = (shown: Shown) => shown.text.replaceAll('<wbr>', '').replaceAll(/<[^>]+>/g, ' ')

async function makePolicy({ iam }: Rig, PolicyName: string, text: string): Promise<void> {
  await iam('CreatePolicy', { PolicyName, PolicyDocument: text })
}

test('a policy is written, mended, reviewed and saved, and nothing is made before', async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  const address = '/console/policies/~create'
  const slip = document(allow(['s3:getobject', 's3:PutObject']))
  const events = await rig.callsOf(async () => {
    const checked = await press(browser, address, await browser.get(address), {
      PolicyName: 'Photos',
      document: slip,
      do: 'check',
    })
    assert.equal(checked.status, 200)
    assert.match(plain(checked), /Line \d+, column \d+\s+action-spelling/)
    assert.match(plain(checked), /82 of 6,144|\d+ of 6,144/)
    const [, mend] = /name="mend" value="(action-spelling@[^"]+)"/.exec(checked.text) ?? []
    const mended = await press(browser, address, checked, { PolicyName: 'Photos', mend: mend! })
    assert.equal(formValues(mended).document, slip.replace('getobject', 'GetObject'))
    const reviewed = await press(browser, address, mended, { PolicyName: 'Photos', do: 'review' })
    assert.match(reviewed.text, /<h1>Review what changes/)
    assert.match(plain(reviewed), /Newly allowed[\s\S]*s3:GetObject[\s\S]*s3:PutObject/)
    assert.match(plain(reviewed), /No longer allowed\s[\s\S]*all that was allowed still is/)
  })
  assert.deepEqual(events, [], 'nothing was called')
  const opened = await browser.get(address)
  const saved = await browser.post(address, {
    _csrf: opened.csrf,
    _once: opened.hidden('_once'),
    PolicyName: 'Photos',
    Path: '/team/',
    Description: hostile.policy,
    document: slip,
    do: 'save',
  })
  assert.equal(saved.status, 303)
  const shown = await browser.get(pathOf(saved.location))
  assert.match(shown.text, /Photos was created/)
  assert.match(shown.text, /s3:getobject/)
  assert.doesNotMatch(shown.text, /<script>alert/)
})

test('what IAM would refuse is not sent, and stands there again with its errors', async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  const address = '/console/policies/~create'
  const events = await rig.callsOf(async () => {
    for (const text of ['{', '[]', '', document({ Effect: 'Allow' }), `"${'x'.repeat(140_000)}"`]) {
      for (const step of ['review', 'save']) {
        const shown = await browser.get(address)
        const sent = await press(browser, address, shown, {
          PolicyName: 'Bad',
          document: text,
          do: step,
        })
        assert.equal(sent.status, 400, text.slice(0, 40))
        assert.match(sent.text, /<title>Error: /)
        assert.equal(formValues(sent).document, text)
      }
    }
    const unnamed = await press(browser, address, await browser.get(address), {
      PolicyName: 'not a name',
      document: document(allow('s3:GetObject')),
      do: 'save',
    })
    assert.equal(unnamed.status, 400)
    assert.match(unnamed.text, /aria-invalid="true"/)
  })
  assert.deepEqual(events, [])
})

test('a review tells by example what is newly allowed and denied, and for whom', async () => {
  await using rig = await openRig()
  await makePolicy(rig, 'Changing', document(allow(['s3:GetObject', 's3:PutObject'])))
  await rig.iam('CreateUser', { UserName: 'holder' })
  await rig.iam('AttachUserPolicy', { UserName: 'holder', PolicyArn: arnOf('Changing') })
  await rig.iam('CreateGroup', { GroupName: 'Ops' })
  await rig.iam('AttachGroupPolicy', { GroupName: 'Ops', PolicyArn: arnOf('Changing') })
  for (const UserName of ['ann', 'bob', 'cid', 'dee', 'eve']) {
    await rig.iam('CreateUser', { UserName })
    await rig.iam('AddUserToGroup', { UserName, GroupName: 'Ops' })
  }
  const browser = await rig.consoleAs('Admin')
  const shown = await browser.get(editAt('Changing'))
  const reviewed = await press(browser, editAt('Changing'), shown, {
    document: document(allow(['s3:GetObject', 's3:DeleteObject'])),
    do: 'review',
  })
  const [, allowed = '', denied = '', rest = ''] =
    /Newly allowed([\s\S]*)No longer allowed([\s\S]*)The document([\s\S]*)/.exec(plain(reviewed)) ??
    []
  assert.match(allowed, /s3:DeleteObject\s+[\s\S]*arn:aws:s3:::photos\//)
  assert.doesNotMatch(allowed, /PutObject/)
  assert.match(denied, /s3:PutObject/)
  assert.doesNotMatch(denied, /DeleteObject/)
  assert.match(rest, /-\s+&quot;s3:PutObject&quot;[\s\S]*\+\s+&quot;s3:DeleteObject&quot;/)
  assert.match(rest, /Attached to[\s\S]*holder\s+[\s\S]*User/)
  assert.match(rest, /by a group[\s\S]*Ops\s+5 users: ann, bob, cid and 2 more\s/)
  const saved = await press(browser, editAt('Changing'), reviewed, {
    document: reviewed.hidden('document').replaceAll('&quot;', '"'),
    do: 'save',
  })
  assert.equal(saved.status, 303)
  assert.match((await browser.get(pathOf(saved.location))).text, /v2 is the default version/)
  const again = await press(browser, editAt('Changing'), reviewed, {
    document: reviewed.hidden('document').replaceAll('&quot;', '"'),
    do: 'save',
  })
  assert.equal(again.status, 303, 'sent twice from the same page')
  assert.match((await browser.get(editAt('Changing'))).text, /This form was sent twice/)
  const same = await browser.get(editAt('Changing'))
  const none = await press(browser, editAt('Changing'), same, { do: 'save' })
  assert.match((await browser.get(pathOf(none.location))).text, /Nothing was changed/)
})

test('a review asks of ten groups, and tells of no users to who may not see them', async () => {
  const Action = ['iam:GetPolicy*', 'iam:ListPolicyVersions', 'iam:ListEntitiesForPolicy']
  await using rig = await openRig({ Writer: JSON.parse(document(allow(Action, '*'))) })
  await makePolicy(rig, 'Wide', document(allow('s3:GetObject')))
  const groups = Array.from({ length: 11 }, (_, i) => `g${`${i}`.padStart(2, '0')}`)
  for (const GroupName of groups) {
    await rig.iam('CreateGroup', { GroupName })
    await rig.iam('AttachGroupPolicy', { GroupName, PolicyArn: arnOf('Wide') })
  }
  const changes = { document: document(allow('s3:PutObject')), do: 'review' }
  const review = async (role: string, address: string) => {
    const browser = await rig.consoleAs(role)
    const shown = await browser.get(address)
    return plain(await press(browser, address, shown, { PolicyName: 'Own', ...changes }))
  }
  const told = (await review('Admin', editAt('Wide'))).split('by a group').slice(1).join()
  assert.match(told, /The first 10 groups\.[\s\S]*g00\s+0 users[\s\S]*g09/)
  assert.doesNotMatch(told, /g10/)
  assert.match(await review('Writer', editAt('Wide')), /g00\s+You may not see who is in it\./)
  const inline = await review('Admin', '/console/groups/g03/create-policy')
  assert.match(inline, /by a group[\s\S]*g03\s+0 users/)
})

test('somebody changed it meanwhile: nothing is saved before both are compared', async () => {
  await using rig = await openRig()
  await makePolicy(rig, 'Shared', document(allow('s3:GetObject')))
  const browser = await rig.consoleAs('Admin')
  const shown = await browser.get(editAt('Shared'))
  await rig.iam('CreatePolicyVersion', {
    PolicyArn: arnOf('Shared'),
    PolicyDocument: document(allow('s3:ListTheirs*')),
    SetAsDefault: 'true',
  })
  const mine = document(allow('s3:PutObject'))
  for (const step of ['review', 'save']) {
    const told = await press(browser, editAt('Shared'), shown, { document: mine, do: step })
    assert.equal(told.status, 409)
    assert.match(told.text, /Somebody changed this policy meanwhile/)
    assert.match(plain(told), /-\s+&quot;Action&quot;: &quot;s3:ListTheirs\*/)
    assert.equal(formValues(told).document, mine)
    if (step === 'review') continue
    const saved = await press(browser, editAt('Shared'), told, { do: 'save' })
    assert.equal(saved.status, 303)
  }
  assert.match(await rig.iam('GetPolicy', { PolicyArn: arnOf('Shared') }), /<DefaultVersionId>v3</)
})

test('five versions: one is chosen to be deleted, and never the default', async () => {
  await using rig = await openRig()
  await makePolicy(rig, 'Full', document(allow('s3:GetObject')))
  for (const action of ['s3:PutObject', 's3:ListBucket', 's3:GetObjectAcl', 's3:DeleteObject'])
    await rig.iam('CreatePolicyVersion', {
      PolicyArn: arnOf('Full'),
      PolicyDocument: document(allow(action, '*')),
    })
  const browser = await rig.consoleAs('Admin')
  const shown = await browser.get(editAt('Full'))
  assert.match(shown.text, /five versions at most/)
  assert.deepEqual(
    [...shown.text.matchAll(/<option value="(v\d)"/g)].map(([, id]) => id),
    ['v2', 'v3', 'v4', 'v5'],
  )
  const changes = { document: document(allow('sqs:SendMessage', '*')), do: 'save' }
  for (const drop of ['', 'v1', 'v9']) {
    const refused = await press(browser, editAt('Full'), shown, { ...changes, drop })
    assert.equal(refused.status, 400, drop)
  }
  const saved = await press(browser, editAt('Full'), shown, { ...changes, drop: 'v3' })
  assert.equal(saved.status, 303)
  const listed = await rig.iam('ListPolicyVersions', { PolicyArn: arnOf('Full') })
  assert.deepEqual([...listed.matchAll(/<VersionId>(v\d)</g)].map(([, id]) => id).toSorted(), [
    'v1',
    'v2',
    'v4',
    'v5',
    'v6',
  ])
})

test('versions are compared line by line, made the default, and deleted', async () => {
  await using rig = await openRig()
  await makePolicy(rig, 'Old', document(allow('s3:GetObject')))
  await rig.iam('CreatePolicyVersion', {
    PolicyArn: arnOf('Old'),
    PolicyDocument: document(allow('s3:PutObject')),
  })
  const browser = await rig.consoleAs('Admin')
  const at = `/console/policies/arn:aws:iam::${account}:policy~1Old/versions`
  const compared = await browser.get(`${at}/v1/compare/v2`)
  assert.match(plain(compared), /-\s+&quot;Action&quot;: &quot;s3:GetObject/)
  assert.match(plain(compared), /\+\s+&quot;Action&quot;: &quot;s3:PutObject/)
  assert.match(plain(await browser.get(`${at}/v1/compare/v1`)), /The documents read the same/)
  const one = await browser.get(`${at}/v1`)
  assert.doesNotMatch(one.text, /versions\/v1\/delete/, 'the default is not deleted')
  const question = await browser.get(`${at}/v2/default`)
  const made = await press(browser, `${at}/v2/default`, question, {})
  assert.match((await browser.get(pathOf(made.location))).text, /v2 is the default now/)
  const last = await browser.get(`${at}/v1/delete`)
  const gone = await press(browser, `${at}/v1/delete`, last, {})
  assert.match((await browser.get(pathOf(gone.location))).text, /Version v1 was deleted/)
  assert.equal((await browser.get(`${at}/v1`)).status, 404)
})

test('inline policies are made, changed and deleted; a name is taken once', async () => {
  await using rig = await openRig()
  await rig.iam('CreateUser', { UserName: 'inline' })
  await rig.iam('CreateGroup', { GroupName: 'inline' })
  await makeRole(rig, 'inline')
  const browser = await rig.consoleAs('Admin')
  for (const kind of ['users', 'groups', 'roles']) {
    const at = `/console/${kind}/inline`
    const blank = await browser.get(`${at}/create-policy`)
    const text = document(allow('s3:GetObject'))
    const made = await press(browser, `${at}/create-policy`, blank, {
      PolicyName: 'Own',
      document: text,
      do: 'save',
    })
    assert.equal(made.location, `${at}/policies/Own`)
    const twice = await press(browser, `${at}/create-policy`, blank, {
      PolicyName: 'OWN',
      document: document(allow('s3:PutObject')),
      do: 'save',
    })
    assert.equal(twice.status, 400)
    assert.match(twice.text, /has this name already/)
    const edit = await browser.get(`${at}/policies/Own/edit`)
    assert.equal(formValues(edit).document, text)
    const saved = await press(browser, `${at}/policies/Own/edit`, edit, {
      document: document(allow('s3:PutObject')),
      do: 'save',
    })
    assert.match((await browser.get(pathOf(saved.location))).text, /Own was saved[\s\S]*PutObject/)
    const question = await browser.get(`${at}/policies/Own/delete`)
    const gone = await press(browser, `${at}/policies/Own/delete`, question, {})
    assert.equal(gone.location, at)
    assert.equal((await browser.get(`${at}/policies/Own`)).status, 404)
  }
})

test('a role of the settings file and a ready-made policy are not written here', async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  const role = await browser.get('/console/roles/Developer/create-policy')
  assert.match(role.text, /The settings file put this role in place/)
  assert.doesNotMatch(role.text, /<textarea/)
  const readyMade = '/console/policies/arn:aws:iam::aws:policy~1ReadOnlyAccess'
  assert.match((await browser.get(`${readyMade}/edit`)).text, /ready-made policy can’t be changed/)
  assert.doesNotMatch((await browser.get(readyMade)).text, /ReadOnlyAccess\/edit/)
})

test('hostile text in a document is text, in findings, summary and review', async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  const address = '/console/policies/~create'
  const text = document({
    Sid: 'Hostile',
    ...allow('<script>alert(1)</script>:"><img src=x>', `arn:aws:s3:::${hostile.description}`),
    Condition: { StringEquals: { '<b>/': hostile.policy } },
  })
  for (const step of ['check', 'review']) {
    const shown = await press(browser, address, await browser.get(address), {
      PolicyName: 'X',
      document: text,
      do: step,
      mend: `<script>alert(1)</script>@`,
    })
    assert.doesNotMatch(shown.text, /<script>alert|<img|<b>\//)
    assert.equal(formValues(shown).document, text)
  }
})

test('services of Gatehouse are known to the validator, and unknown ones are told', async () => {
  await using rig = await openRig()
  const browser = await rig.consoleAs('Admin')
  const address = '/console/policies/~create'
  const shown = await press(browser, address, await browser.get(address), {
    PolicyName: 'X',
    document: document(allow(['gatehouse:ListServices', 'nobodys:Thing'], '*')),
    do: 'check',
  })
  const codes = [...shown.text.matchAll(/class="muted">([a-z-]+)<\/span>/g)].map(([, one]) => one)
  assert.equal(codes.filter((code) => code === 'unknown-service').length, 1)
})
