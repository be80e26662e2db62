import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { openRunning } from './running.ts'

const account = '111122223333'
const credentials = { accessKeyId: 'AKIAANNAANNAANNAANN2', secretAccessKey: 'a'.repeat(40) }
const own = ['local', 'aws-global', 'office-1']
const settings = (ownRegions: string) => `
${ownRegions}
accounts:
  "${account}":
    users:
      Ann:
        accessKeys: [{ accessKeyId: ${credentials.accessKeyId},
          secretAccessKey: ${credentials.secretAccessKey} }]
`

test('clients sign for regions of AWS and those of the settings, and for no other', async () => {
  await using house = await openRunning(settings(`ownRegions: [${own.join(', ')}]`))
  const arnIn = async (region: string, at = house) => {
    const sts = new STSClient({
      endpoint: at.origin,
      region,
      credentials,
      maxAttempts: 1,
      systemClockOffset: at.clock.now().getTime() - Date.now(),
    })
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn
  }
  for (const region of [...own, 'eu-central-1'])
    assert.equal(await arnIn(region), `arn:aws:iam::${account}:user/Ann`, region)
  await assert.rejects(arnIn('us-nowhere-1'), {
    name: 'SignatureDoesNotMatch',
    message: "Credential should be scoped to a valid region, not 'us-nowhere-1'. ",
  })
  await using plain = await openRunning(settings(''))
  for (const region of own)
    await assert.rejects(arnIn(region, plain), {
      message: `Credential should be scoped to a valid region, not '${region}'. `,
    })
})
