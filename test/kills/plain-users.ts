import type { Random } from './random.ts'

/** A user as it must be: inline policies by name, tags by key. */
export interface PlainUser {
  readonly policies: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
}
export type PlainUsers = ReadonlyMap<string, PlainUser>

/** A write: the call of IAM, and the user afterwards. Each write changes something. */
export interface Write {
  readonly parameters: Readonly<Record<string, string>>
  readonly userName: string
  /** undefined: the user is gone. */
  readonly after: PlainUser | undefined
}

/** Users that one writer has at once: all of them are compared after each kill. */
const mostUsers = 12
const names = ['one', 'two', 'three']

/**
 * Returns the next write of a writer. `serial` is never used twice: every write can be told from
 * all others in what it leaves behind.
 */
export function nextWrite(users: PlainUsers, serial: string, random: Random): Write {
  const userName = users.size === 0 ? undefined : random.of([...users.keys()])
  const kind = random.below(10)
  if (userName === undefined || (kind < 3 && users.size < mostUsers)) return created(serial)
  const user = users.get(userName)!
  if (kind < 5) return tagged(userName, user, { key: random.of(names), value: serial })
  if (kind < 8) return policyPut(userName, user, { name: random.of(names), serial })
  return removed(userName, user, random)
}

function created(serial: string): Write {
  const parameters = { Action: 'CreateUser', UserName: `user-${serial}` }
  return {
    parameters,
    userName: parameters.UserName,
    after: { policies: new Map(), tags: new Map() },
  }
}

function tagged(
  userName: string,
  user: PlainUser,
  { key, value }: { readonly key: string; readonly value: string },
): Write {
  const tag = { 'Tags.member.1.Key': key, 'Tags.member.1.Value': value }
  const tags = new Map(user.tags).set(key, value)
  return {
    parameters: { Action: 'TagUser', UserName: userName, ...tag },
    userName,
    after: { ...user, tags },
  }
}

function policyPut(
  userName: string,
  user: PlainUser,
  { name, serial }: { readonly name: string; readonly serial: string },
): Write {
  const statement = { Effect: 'Deny', Action: '*', Resource: `arn:aws:s3:::${serial}` }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  const policies = new Map(user.policies).set(name, PolicyDocument)
  return {
    parameters: { Action: 'PutUserPolicy', UserName: userName, PolicyName: name, PolicyDocument },
    userName,
    after: { ...user, policies },
  }
}

/** Removes one of the user's parts; the user, when there are none. */
function removed(userName: string, user: PlainUser, random: Random): Write {
  const policies = new Map(user.policies)
  const tags = new Map(user.tags)
  if (policies.size > 0) {
    const PolicyName = random.of([...policies.keys()])
    policies.delete(PolicyName)
    const parameters = { Action: 'DeleteUserPolicy', UserName: userName, PolicyName }
    return { parameters, userName, after: { tags, policies } }
  }
  if (tags.size > 0) {
    const key = random.of([...tags.keys()])
    tags.delete(key)
    const parameters = { Action: 'UntagUser', UserName: userName, 'TagKeys.member.1': key }
    return { parameters, userName, after: { tags, policies } }
  }
  return { parameters: { Action: 'DeleteUser', UserName: userName }, userName, after: undefined }
}

/** Returns the users with the write done. */
export function withWrite(users: PlainUsers, { userName, after }: Write): PlainUsers {
  const all = new Map(users)
  if (after) all.set(userName, after)
  else all.delete(userName)
  return all
}
