import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openRunning } from './running.ts'

const examples = resolve(import.meta.dirname, '../../docs/examples/iam')
const run = promisify(execFile)
const account = '111122223333'
const keys = { AWS_ACCESS_KEY_ID: `AKIA${'B'.repeat(16)}`, AWS_SECRET_ACCESS_KEY: 'b'.repeat(40) }

/** Where Ansible finds the collections of AWS; undefined: it has none, or is not there. */
function collections(): string | undefined {
  const asked = ['collection', 'list', 'community.aws', '--format', 'json']
  const { status, stdout } = spawnSync('ansible-galaxy', asked, { encoding: 'utf8' })
  if (status !== 0) return undefined
  const [path] = Object.keys(JSON.parse(stdout) as object)
  return path && dirname(path)
}
const path = collections()
const noAnsible = path === undefined && 'no ansible-playbook with the collection community.aws'

test('the play of Ansible makes, keeps and removes a team', { skip: noAnsible }, async () => {
  await using house = await openRunning(`
accounts:
  "${account}":
    rootAccessKeys: [{ accessKeyId: ${keys.AWS_ACCESS_KEY_ID},
      secretAccessKey: ${keys.AWS_SECRET_ACCESS_KEY} }]
`)
  const env = {
    ...process.env,
    ...keys,
    AWS_ENDPOINT_URL: house.origin,
    ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    ANSIBLE_LOCALHOST_WARNING: 'false',
    ANSIBLE_NOCOLOR: 'true',
    ANSIBLE_STDOUT_CALLBACK: 'minimal',
  }
  const play = async (...more: readonly string[]) => {
    const args = [join(examples, 'ansible/site.yml'), '-e', `account=${account}`, ...more]
    const { stdout } = await run('ansible-playbook', args, { env })
    return (stdout.match(/\| (?:CHANGED|SUCCESS)/g) ?? []).map((one) => one.slice(2))
  }
  assert.deepEqual(await play(), Array(5).fill('CHANGED'))
  assert.deepEqual(await play(), Array(5).fill('SUCCESS'))
  assert.deepEqual(await play('-e', 'state=absent'), Array(5).fill('CHANGED'))
})

/** It would ask for a newer version of itself otherwise. */
const alone = { ...process.env, CHECKPOINT_DISABLE: '1' }
const noTerraform =
  spawnSync('terraform', ['version'], { env: alone }).status !== 0 && 'no terraform'

test('the example of Terraform is written as Terraform writes it', { skip: noTerraform }, () => {
  const asked = ['fmt', '-check', '-diff', join(examples, 'terraform')]
  const { status, stdout, stderr } = spawnSync('terraform', asked, {
    encoding: 'utf8',
    env: alone,
  })
  assert.equal(status, 0, stdout + stderr)
})
