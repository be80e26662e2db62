import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEvent } from '../../../src/audit/event.ts'
import { iamOperations } from '../../../src/aws/iam/operations.ts'
import type { Shape } from '../../../src/aws/model.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { codeOf, iamPorts, messageOf, userCaller } from '../wire-scene.ts'
import { goodParameters, parametersOf, secret } from './good-parameters.ts'
import { openIam } from './open-iam.ts'

/** No policy is asked about a user's own security keys: here the user is not there. */
const forOneself = ['GetSecurityKeyChallenge', 'CreateSecurityKeyCode'].map(
  (name) => `${name}: NoSuchEntity The user with name alice cannot be found.`,
)
const models = iamOperations(iamPorts).map(({ model }) => model)
test('each operation refuses who may not call it, and keeps secrets out of the event', async () => {
  const events: AuditEvent[] = []
  await using at = await openIam({
    caller: userCaller({ layers: { identity: [] } }),
    audit: recordingAudit(events),
  })
  const answered: string[] = []
  for (const { name, input } of models) {
    const answer = await at.call(name, goodParameters(input))
    const told = messageOf(answer) ?? ''
    const isDenied = codeOf(answer) === 'AccessDenied' && told.includes('perform: iam:')
    if (!isDenied) answered.push(`${name}: ${codeOf(answer) ?? answer.status} ${told}`)
  }
  assert.deepEqual(answered, forOneself)
  assert.deepEqual(at.bugs, [])
  assert.equal(events.length, models.length)
  assert.ok(!JSON.stringify(events).includes(secret), 'a secret in the trail')
})

test('each operation names every required member that is missing', async () => {
  await using at = await openIam()
  const wrong: string[] = []
  for (const { name, input } of models) {
    const all = parametersOf(input)
    for (const member of input.members.filter(({ required }) => required)) {
      const rest = all.filter(([path]) => path.split('.')[0] !== member.name)
      const answer = await at.call(name, Object.fromEntries(rest))
      const words = (messageOf(answer) ?? '').toLowerCase()
      if (codeOf(answer) !== 'ValidationError' || !words.includes(member.name.toLowerCase()))
        wrong.push(`${name} without ${member.name}: ${codeOf(answer)} ${messageOf(answer)}`)
    }
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual(at.bugs, [])
})

/** Values that the shape does not take, with what is wrong about each. */
function badValues({ type, enum: names, max, pattern }: Shape): readonly string[] {
  if (type === 'integer' || type === 'boolean') return ['many']
  if (type !== 'string') return []
  return [
    ...(names ? ['NoSuchWord'] : []),
    ...(max !== undefined && max < 10_000 ? ['x'.repeat(max + 1)] : []),
    ...(pattern && !pattern.test('\u0000\u2603') ? ['\u2603\u2603\u2603\u2603\u2603\u2603'] : []),
  ]
}

test('each operation refuses malformed members, required or not, and changes nothing', async () => {
  await using at = await openIam()
  const wrong: string[] = []
  let tried = 0
  const { position } = at.store.changes()
  for (const { name, input } of models) {
    const good = goodParameters(input)
    for (const { name: member, shape } of input.members)
      for (const bad of badValues(shape)) {
        const answer = await at.call(name, { ...good, [member]: bad })
        tried++
        if (answer.status !== 400 || !/Validation|Malformed|Invalid/.test(codeOf(answer) ?? ''))
          wrong.push(`${name} with ${member} ${bad.slice(0, 12)}: ${codeOf(answer)}`)
      }
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual(at.bugs, [])
  assert.ok(tried > models.length)
  assert.equal(at.store.changes().position, position)
})
