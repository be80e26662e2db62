import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsCheck } from '../../src/cli/aws/check.ts'
import { account, awsRole, byKey, byToken, houseSide, openTwoHouses } from './two-houses.ts'

async function checked(config: string, more: { account?: string; json?: boolean } = {}) {
  const told: string[] = []
  const wrong: string[] = []
  const output = { out: (line: string) => told.push(line), err: (line: string) => wrong.push(line) }
  const code = await awsCheck({ config, ...more }, {}, output)
  return { code, told, wrong }
}

test('`aws check` takes each role once and says which side lacks what', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwoHouses(houseSide(byToken))
  const { code, told } = await checked(two.house.configFile, { json: true })
  assert.equal(code, 1)
  const found: readonly { role: string; ok: boolean; advice?: string }[] = JSON.parse(told.join(''))
  const of = (name: string) => found.find(({ role }) => role === awsRole(name))
  assert.deepEqual(of('Deploy'), { role: awsRole('Deploy'), ok: true })
  const pinned = /^there: .*:aud` "sts.amazonaws.com\/444455556666" and .*:Reader:\*"/
  assert.match(of('Reader')?.advice ?? '', pinned)
  assert.match(of('Tagless')?.advice ?? '', /^there: .*allow `sts:TagSession` too/)
  assert.match(of('Long')?.advice ?? '', /^here: `maxSessionDuration` is 7200 s/)
  const lines = (await checked(two.house.configFile, { account })).told
  assert.equal(lines[0], `ok      ${awsRole('Deploy')}`)
  assert.equal(lines.length, 1 + 3 * 3)
})

test('`aws check` tells a missing external id from a missing key, and other accounts apart', {
  timeout: 120_000,
}, async () => {
  await using two = await openTwoHouses(houseSide(byKey))
  const { told } = await checked(two.house.configFile)
  assert.match(told.join('\n'), /role\/Deploy\n.*\n +there: .*the external id of the settings/)
  const wrongKey = byKey.replace('AKIABROKERBROKERBROK', 'AKIANOBODYNOBODYNOBO')
  await using other = await openTwoHouses(houseSide(wrongKey))
  const { told: said } = await checked(other.house.configFile)
  assert.match(said.join('\n'), /there: the account does not know Gatehouse's key/)
  const none = await checked(two.house.configFile, { account: '111122223333' })
  assert.deepEqual([none.code, none.wrong], [1, ['account 111122223333 has no `upstream`']])
})
