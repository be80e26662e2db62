import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallRefusal } from '../../src/console/call.ts'
import type { FormContent } from '../../src/console/form-shown.ts'
import { roleEdit } from '../../src/console/iam/role-edit.ts'
import type { PageRequest } from '../../src/console/request.ts'
import { AwsFault } from '../../src/kernel/aws-fault.ts'
import { worldRole } from '../http/world-roles.ts'

interface Scene {
  readonly body: Readonly<Record<string, string>>
  /** What the role is by now. */
  readonly now?: { Description?: string; MaxSessionDuration?: number }
  readonly refuse?: AwsFault
}

/** Sends the form of a role that had "old" and 1 hour when it was opened. */
async function send({ body, now = {}, refuse }: Scene) {
  const sent: object[] = []
  const role = worldRole('DataAnalyst', { Description: 'old', MaxSessionDuration: 3600, ...now })
  const call = async (action: string, input: object) => {
    if (action === 'iam:GetRole') return { Role: role, ManagedBy: 'api' }
    if (refuse) throw new CallRefusal('iam:UpdateRole', refuse, 'request-7')
    sent.push(input)
    return {}
  }
  const whole: Record<string, string> = {
    '_was.Description': 'old',
    '_was.MaxSessionDuration': '3600',
    Description: 'old',
    MaxSessionDuration: '3600',
    _once: 'form-1',
    ...body,
  }
  const request = {
    params: { name: 'DataAnalyst' },
    body: (name: string) => whole[name],
    publicUrl: new URL('https://gatehouse.example.com'),
    bodyAll: () => [],
    once: {
      fresh: () => 'form-2',
      claim: async () => true,
      claimPart: async () => true,
      release: async () => {},
    },
    query: () => undefined,
  } as unknown as PageRequest
  const answer = await roleEdit.submit!(call, request)
  return { sent, answer, form: answer as FormContent }
}
const fieldOf = ({ fields }: FormContent, name: string) => fields.find((one) => one.name === name)!

test('only what the person changed is sent', async () => {
  const { sent, answer } = await send({ body: { Description: 'new' } })
  assert.deepEqual(sent, [{ RoleName: 'DataAnalyst', Description: 'new' }])
  assert.equal(answer.kind, 'saved')
})

test('an emptied description is sent as an empty one', async () => {
  const { sent } = await send({ body: { Description: '' } })
  assert.deepEqual(sent, [{ RoleName: 'DataAnalyst', Description: '' }])
})

test('an unchanged form calls nothing, whatever line breaks the browser sends', async () => {
  const lines = { Description: 'one\r\ntwo', '_was.Description': 'one\r\ntwo' }
  const { sent, answer } = await send({ body: lines, now: { Description: 'one\ntwo' } })
  assert.deepEqual(sent, [])
  assert.equal((answer as { said: string }).said, 'Nothing was changed.')
})

test('what somebody else made of another field stays', async () => {
  const { sent } = await send({
    body: { Description: 'new' },
    now: { MaxSessionDuration: 28_800 },
  })
  assert.deepEqual(sent, [{ RoleName: 'DataAnalyst', Description: 'new' }])
})

test('the same field changed by two: nothing is sent, and both texts stand there', async () => {
  const { sent, form } = await send({
    body: { Description: 'mine' },
    now: { Description: 'theirs' },
  })
  assert.deepEqual(sent, [])
  assert.equal(form.status, 409)
  const { value, now, was } = fieldOf(form, 'Description')
  assert.deepEqual([value, now, was], ['mine', 'theirs', 'theirs'])
})

test('the same change by two is no conflict', async () => {
  const { answer } = await send({ body: { Description: 'same' }, now: { Description: 'same' } })
  assert.equal(answer.kind, 'saved')
})

test('values outside the model call nothing, and come back as they were typed', async () => {
  const { sent, form } = await send({ body: { Description: '€', MaxSessionDuration: '60' } })
  assert.deepEqual(sent, [])
  assert.equal(form.status, 400)
  assert.match(fieldOf(form, 'Description').problem!, /“€”/)
  assert.match(fieldOf(form, 'MaxSessionDuration').problem!, /3,600/)
  assert.equal(fieldOf(form, 'Description').value, '€')
})

test("a refusal is told in the service's own words, at the top, with its reference", async () => {
  const sentence = 'User: x is not authorized to perform: iam:UpdateRole on resource: y'
  const { form } = await send({
    body: { Description: 'new' },
    refuse: new AwsFault('AccessDenied', sentence),
  })
  assert.equal(form.status, 403)
  assert.deepEqual([form.problem?.next, form.problem?.reference], [sentence, 'request-7'])
  assert.equal(fieldOf(form, 'Description').value, 'new')
})

test('a validation of the service stands beside the field that it names', async () => {
  const sentence = "1 validation error detected: Value 'new' at 'description' failed to satisfy …"
  const { form } = await send({
    body: { Description: 'new' },
    refuse: new AwsFault('ValidationError', sentence),
  })
  assert.equal(fieldOf(form, 'Description').problem, sentence)
})

test('a fault of our own is no form: it is thrown on', async () => {
  const refuse = new AwsFault('InternalFailure', 'unknown')
  await assert.rejects(send({ body: { Description: 'new' }, refuse }), CallRefusal)
})
