import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeOf } from '../wire-scene.ts'
import { arnOf, openIam } from './open-iam.ts'

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
})

interface PlainUser {
  readonly groups: Set<string>
  readonly policies: Set<string>
}
type Outcome = 'done' | 'NoSuchEntity' | 'EntityAlreadyExists' | 'DeleteConflict'
interface Step {
  readonly action: string
  readonly user: string
  readonly other: string
  readonly group: string
  readonly policy: string
}

/** Users, groups and managed policies as the IAM user guide tells of them, and nothing else. */
class PlainIam {
  readonly users = new Map<string, PlainUser>()
  readonly groups = new Set<string>()
  readonly policies = new Set<string>()

  /** What each action answers; it changes the model when it is `done`. */
  readonly actions: Readonly<Record<string, (step: Step) => Outcome>> = {
    CreateUser: ({ user }) =>
      this.#once(this.users, user, () =>
        this.users.set(user, { groups: new Set(), policies: new Set() }),
      ),
    CreateGroup: ({ group }) => this.#once(this.groups, group, () => this.groups.add(group)),
    CreatePolicy: ({ policy }) =>
      this.#once(this.policies, policy, () => this.policies.add(policy)),
    DeleteUser: ({ user }) =>
      this.#of(user, ({ groups, policies }) => {
        if (groups.size + policies.size > 0) return 'DeleteConflict'
        this.users.delete(user)
        return 'done'
      }),
    DeleteGroup: ({ group }) => this.#remove(this.groups, group, ({ groups }) => groups.has(group)),
    DeletePolicy: ({ policy }) =>
      this.#remove(this.policies, policy, ({ policies }) => policies.has(policy)),
    UpdateUser: ({ user, other }) =>
      this.#of(user, (record) => {
        if (other !== user && this.users.has(other)) return 'EntityAlreadyExists'
        this.users.delete(user)
        this.users.set(other, record)
        return 'done'
      }),
    AddUserToGroup: ({ user, group }) =>
      this.#pair(this.groups, [user, group], ({ groups }) => groups.add(group)),
    RemoveUserFromGroup: ({ user, group }) =>
      this.#pair(this.groups, [user, group], ({ groups }) => groups.delete(group)),
    AttachUserPolicy: ({ user, policy }) =>
      this.#pair(this.policies, [user, policy], ({ policies }) => policies.add(policy)),
    DetachUserPolicy: ({ user, policy }) =>
      this.#of(user, ({ policies }) => (policies.delete(policy) ? 'done' : 'NoSuchEntity')),
  }

  #once(there: { has(name: string): boolean }, name: string, make: () => unknown): Outcome {
    if (there.has(name)) return 'EntityAlreadyExists'
    make()
    return 'done'
  }
  #of(user: string, change: (record: PlainUser) => Outcome): Outcome {
    const record = this.users.get(user)
    return record ? change(record) : 'NoSuchEntity'
  }
  #pair(
    of: ReadonlySet<string>,
    [user, name]: readonly [string, string],
    change: (record: PlainUser) => unknown,
  ): Outcome {
    return this.#of(user, (record) => {
      if (!of.has(name)) return 'NoSuchEntity'
      change(record)
      return 'done'
    })
  }
  #remove(of: Set<string>, name: string, isUsed: (user: PlainUser) => boolean): Outcome {
    if (!of.has(name)) return 'NoSuchEntity'
    if ([...this.users.values()].some(isUsed)) return 'DeleteConflict'
    of.delete(name)
    return 'done'
  }
}

const name = fc.constantFrom('ann', 'ann', 'bob')
const every = Object.keys(new PlainIam().actions)
const building = every.filter((action) => /^(?:Create|Add|Attach)/.test(action))
const step = fc.record({
  // More is made than removed, so that what is removed has something that holds it.
  action: fc.constantFrom(...every, ...building),
  ...{ user: name, other: name, group: name, policy: name },
})

/** Exactly what the action takes: strangers would be refused. */
function parametersOf({ action, user, other, group, policy }: Step): Record<string, string> {
  return {
    ...(action.includes('User') && { UserName: user }),
    ...(action === 'UpdateUser' && { NewUserName: other }),
    ...(action.includes('Group') && { GroupName: group }),
    ...(action === 'CreatePolicy' && { PolicyName: policy, PolicyDocument: document }),
    ...(/(?:Delete|Attach|Detach).*Policy/.test(action) && {
      PolicyArn: arnOf(`policy/${policy}`),
    }),
  }
}

type Iam = Awaited<ReturnType<typeof openIam>>

async function holds(at: Iam, { users, groups, policies }: PlainIam): Promise<void> {
  const told = async (action: string, element: string, parameters = {}) => {
    const { body } = await at.call(action, parameters)
    return [...body.matchAll(new RegExp(`<${element}>(.*?)<`, 'g'))].map(([, text]) => text).sort()
  }
  assert.deepEqual(await told('ListUsers', 'UserName'), [...users.keys()].sort())
  assert.deepEqual(await told('ListGroups', 'GroupName'), [...groups].sort())
  const own = await told('ListPolicies', 'PolicyName', { Scope: 'Local' })
  assert.deepEqual(own, [...policies].sort())
  for (const [UserName, user] of users) {
    const asked = { UserName }
    assert.deepEqual(await told('ListGroupsForUser', 'GroupName', asked), [...user.groups].sort())
    const attached = await told('ListAttachedUserPolicies', 'PolicyName', asked)
    assert.deepEqual(attached, [...user.policies].sort())
  }
}

test('whatever calls come, IAM answers as a plain model of it, also after restarts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 25, maxLength: 50 }), { minLength: 2, maxLength: 3 }),
      async (lives) => {
        const folder = await mkdtemp(join(tmpdir(), 'gatehouse-plain-'))
        await using _end = {
          [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
        }
        const plain = new PlainIam()
        for (const steps of lives) {
          await using at = await openIam({ sqlite: join(folder, 'gatehouse.db') })
          await holds(at, plain)
          for (const one of steps) {
            const wanted = plain.actions[one.action]!(one)
            const answer = await at.call(one.action, parametersOf(one))
            assert.equal(codeOf(answer) ?? 'done', wanted, `${one.action} ${JSON.stringify(one)}`)
          }
          await holds(at, plain)
          assert.deepEqual(at.bugs, [])
        }
      },
    ),
    { numRuns: 12 },
  )
})
