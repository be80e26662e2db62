import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { rotatedPath } from '../../src/audit/rotation.ts'
import { why } from '../../src/cli/why.ts'
import { asked, keys, openScene, order, question, received } from '../authorization/scene.ts'
import { foreignGroups, signedResponse, type Told } from '../connectors/saml/identity-provider.ts'
import { Browser } from '../http/browser.ts'
import { openRunning } from '../journeys/running.ts'
import { samlSettings } from '../journeys/saml-settings.ts'
import { desk, key } from './saml/desk.ts'

test('why explains a refusal by its reference, against the last good sign-in', async () => {
  await using running = await openRunning(samlSettings({ keys: [key] }))
  const address = `${running.origin}/saml/corp/acs`
  const post = (told: Told) =>
    new Browser(running.origin).post('/saml/corp/acs', {
      SAMLResponse: Buffer.from(
        signedResponse(running.clock.now(), key, {
          audience: `${running.origin}/saml/corp`,
          recipient: address,
          destination: address,
          ...told,
        }),
      ).toString('base64'),
    })
  await post({})
  const refused = await post({
    audience: 'https://other.example.com',
    attributes: { uid: ['alice'] },
  })
  const reference = /GH-[0-9A-Z-]+/.exec(refused.text)![0]
  await running.events(2)
  await using at = await desk(join(running.folder, 'audit.jsonl'))
  assert.equal(await why(reference, at.config, {}, at.output), 0)
  assert.match(at.said(), /saml audience: the assertion is for another audience/)
  assert.match(
    at.said(),
    /audience +http:\/\/localhost:\d+\/saml\/corp +https:\/\/other\.example\.com/,
  )
  assert.match(at.said(), /attributes +groups uid +uid/)
  assert.doesNotMatch(at.said(), /^recipient/m)
  assert.equal(await why('GH-0000-0000', at.config, {}, at.output), 2)
  const explained = at.said()
  await using rotated = await desk()
  const trail = join(rotated.folder, 'audit.jsonl')
  const [good, bad] = (await readFile(join(running.folder, 'audit.jsonl'), 'utf8')).split('\n')
  await writeFile(rotatedPath(trail, new Date(0)), `${good}\n`)
  await writeFile(rotatedPath(trail, new Date(1)), `torn "reference":"${reference}"\n${bad}\n`)
  await writeFile(trail, '')
  assert.equal(await why(reference, rotated.config, {}, rotated.output), 0)
  assert.ok(explained.startsWith(rotated.said()), 'files that were rotated tell the same')
  const disputed = await post({ extra: foreignGroups })
  await running.events(3)
  const other = /GH-[0-9A-Z-]+/.exec(disputed.text)![0]
  assert.equal(await why(other, at.config, {}, at.output), 0)
  assert.match(at.said(), /saml second-reader: .*differently \(found `Attribute groups`/)
})

test('why names each rule where the mapping gave no role, and no other assertion', async () => {
  await using running = await openRunning(samlSettings({ keys: [key] }))
  const address = `${running.origin}/saml/corp/acs`
  const post = (told: Told) =>
    new Browser(running.origin).post('/saml/corp/acs', {
      SAMLResponse: Buffer.from(
        signedResponse(running.clock.now(), key, {
          audience: `${running.origin}/saml/corp`,
          recipient: address,
          destination: address,
          ...told,
        }),
      ).toString('base64'),
    })
  await post({})
  const refused = await post({ attributes: { uid: ['alice'], groups: ['nobody'] } })
  const reference = /GH-[0-9A-Z-]+/.exec(refused.text)![0]
  await running.events(2)
  await using at = await desk(join(running.folder, 'audit.jsonl'))
  assert.equal(await why(reference, at.config, {}, at.output), 0)
  assert.match(at.said(), /none granted a role/)
  assert.match(at.said(), /^rule +result +because/m)
  assert.match(at.said(), /groups/)
  assert.doesNotMatch(at.said(), /last good/)
})

test('why tells what decided the questions of a service, by its reference', async () => {
  await using scene = await openScene()
  const request = await received(keys.ann, scene.now())
  const Questions = [question(), question({ Id: 'q2', Resource: order('bob-1') })]
  const { body } = await scene.ask(asked(request, { Questions }))
  const reference = /Reference: (.+)$/.exec(body.Answers[1]?.Say ?? '')?.[1] ?? ''
  const other = await scene.ask(asked({ ...request, Path: '/orders/ann-2' }))
  await scene.house.events(2)
  await using at = await desk(join(scene.house.folder, 'audit.jsonl'))
  assert.equal(await why(reference, at.config, {}, at.output), 0)
  assert.match(at.said(), /Authorize, service orders\nabout arn:aws:iam::\d+:user\/ann$/m)
  assert.match(
    at.said(),
    /^allow +orders:GetOrder +.*ann-1 +Allowed: user\/ann\/Orders statement 1$/m,
  )
  assert.match(at.said(), /^deny +orders:GetOrder +.*bob-1 +NotAllowed: identity$/m)
  assert.equal(await why(other.body.Decision, at.config, {}, at.output), 0)
  assert.match(at.said(), /about nobody who was proved/)
  assert.match(at.said(), /^unproved .*SignatureDoesNotMatch: The request signature/m)
  assert.doesNotMatch(at.said(), /earlier good sign-in/)
})
