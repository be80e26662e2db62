import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyProblems } from '../../../src/config/policies.ts'
import type { Settings } from '../../../src/config/settings.ts'
import { refusedAtSave, validate } from '../../../src/policy/index.ts'
import { actionReference } from '../../../src/reference/action-reference.ts'
import { decisions } from '../../policy/written-policy.ts'
import { account, messageOf } from '../wire-scene.ts'
import { openIam } from './open-iam.ts'

/** A document, and what IAM says when it is to be saved, by recordings of the service. */
interface Case {
  readonly name: string
  readonly of: readonly (keyof typeof saves)[]
  readonly document: unknown
  /** null: it is stored. */
  readonly says: string | null
  /** Why Gatehouse refuses what IAM stores. */
  readonly stricter?: string
}

type Save = (document: string) => readonly [action: string, Readonly<Record<string, string>>]
const saves = {
  managed: (PolicyDocument) => ['CreatePolicy', { PolicyName: 'P', PolicyDocument }],
  inline: (PolicyDocument) => [
    'PutUserPolicy',
    { UserName: 'ann', PolicyName: 'P', PolicyDocument },
  ],
  trust: (AssumeRolePolicyDocument) => ['CreateRole', { RoleName: 'R', AssumeRolePolicyDocument }],
} as const satisfies Readonly<Record<string, Save>>
const kinds = {
  managed: { kind: 'identity', holder: 'managed' },
  inline: { kind: 'identity', holder: 'user' },
  trust: { kind: 'trust', holder: undefined },
} as const

/** The settings that have the document in the place of that kind. */
function settingsOf(of: keyof typeof saves, document: string): Settings {
  const entities = {
    managed: { policies: [{ name: 'P', document }] },
    inline: { users: [{ name: 'ann', policies: { P: document } }] },
    trust: { roles: [{ name: 'R', trustPolicy: document }] },
  }[of]
  const accounts = [{ id: account, ...entities }]
  return { accounts, mappings: [], services: {} } as unknown as Settings
}
const unescaped = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'")

for (const { name, of, document, says, stricter } of decisions<readonly Case[]>(
  'saved-by-iam.json',
))
  for (const place of of) {
    const text = typeof document === 'string' ? document : JSON.stringify(document)
    const verdict = says === null ? 'is stored' : `is refused${stricter ? ` (${stricter})` : ''}`
    test(`${name} in a policy of kind ${place} ${verdict}, and so by file and tool`, async () => {
      await using at = await openIam()
      await at.make('user', { name: 'ann' })
      const answer = await at.call(...(saves[place] as Save)(text))
      const told = answer.status === 200 ? null : unescaped(messageOf(answer) ?? '')
      if (says === null) assert.equal(told, null)
      else assert.ok(told === says || told?.startsWith(`${says} (line `), `${told}`)
      const problems = policyProblems(settingsOf(place, text))
      assert.equal(problems.length > 0, says !== null, JSON.stringify(problems))
      const { kind, holder } = kinds[place]
      const errors = validate(kind, text, { holder, partition: 'aws', reference }).filter(
        ({ severity }) => severity === 'error',
      )
      if (says !== null) assert.notEqual(errors.length, 0)
    })
  }

const reference = await actionReference()

test('every type of resource that the services have is one that may be saved', () => {
  const arns = reference.services.flatMap((service) =>
    (reference.actions(service) ?? []).flatMap(({ resources }) => resources),
  )
  assert.ok(arns.length > 1000)
  for (const arn of new Set(arns.filter((one) => !one.startsWith('arn:*:*:')))) {
    const Statement = { Effect: 'Deny', Action: '*', Resource: arn }
    const text = JSON.stringify({ Version: '2012-10-17', Statement })
    const refused = refusedAtSave('identity', text, { holder: 'managed' })
    assert.deepEqual(refused, [], arn)
  }
})
