import type { GroupRecord } from './records.ts'
import type { Reads, Writes } from './store.ts'

/**
 * What the members of a group have in their `groups`: the folded name that the group had at first,
 * or its unique id where a group that was renamed has that already. It stays when the group is
 * renamed, so that no member has to be written.
 */
export function membershipOf({ name, membership }: Pick<GroupRecord, 'name' | 'membership'>) {
  return membership ?? name.toLowerCase()
}

/** Returns the group whose members have `membership`; undefined when it is gone. */
export async function groupOf(
  reads: Pick<Reads, 'find'>,
  account: string,
  membership: string,
): Promise<GroupRecord | undefined> {
  const isOf = (group: GroupRecord | undefined) => group && membershipOf(group) === membership
  const named = await reads.find('group', account, membership)
  if (isOf(named)) return named
  const moved = await reads.find('groupMembership', account, membership)
  const group = moved && (await reads.find('group', account, moved.groupKey))
  return isOf(group) ? group : undefined
}

/** Returns the group with the membership that it gets if it is created now. */
export async function withMembership(
  reads: Pick<Reads, 'find'>,
  group: GroupRecord,
): Promise<GroupRecord> {
  const taken = await reads.find('groupMembership', group.account, group.name.toLowerCase())
  return taken ? { ...group, membership: group.id } : group
}

/** Creates a group. Returns false, and writes nothing, when the name is taken. */
export async function insertGroup(writes: Writes, group: GroupRecord): Promise<boolean> {
  const whole = await withMembership(writes, group)
  if (!(await writes.insert('group', group.account, group.name.toLowerCase(), whole))) return false
  await saveMembership(writes, whole)
  return true
}

/** Gives a group another name. Returns false, and writes nothing, when that is taken. */
export async function renameGroup(
  writes: Writes,
  before: GroupRecord,
  changed: GroupRecord,
): Promise<boolean> {
  const key = changed.name.toLowerCase()
  const membership = membershipOf(before)
  const renamed = { ...changed, membership: membership === key ? undefined : membership }
  if (!(await writes.insert('group', before.account, key, renamed))) return false
  await writes.remove('group', before.account, before.name.toLowerCase())
  await saveMembership(writes, renamed)
  return true
}

/** Removes a group that has no members. */
export async function removeGroup(writes: Writes, group: GroupRecord): Promise<void> {
  await writes.remove('group', group.account, group.name.toLowerCase())
  await writes.remove('groupMembership', group.account, membershipOf(group))
}

/** Notes which group has the membership, unless the group's own name says so. */
export async function saveMembership(writes: Writes, group: GroupRecord): Promise<void> {
  const { account, createdAt, managedBy, name } = group
  const membership = membershipOf(group)
  if (group.membership === undefined) {
    await writes.remove('groupMembership', account, membership)
    return
  }
  const record = { account, createdAt, managedBy, groupKey: name.toLowerCase() }
  if (!(await writes.insert('groupMembership', account, membership, record)))
    await writes.update('groupMembership', account, membership, record)
}
