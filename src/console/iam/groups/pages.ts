import type { Page } from '../../page.ts'
import { manyGroups } from '../bulk/many-groups.ts'
import { attachPage } from '../entity-forms/attach-page.ts'
import { detachPage } from '../entity-forms/detach-page.ts'
import { aGroup } from '../entity-forms/subject.ts'
import { group } from '../group.ts'
import { groupPolicy } from '../group-policy.ts'
import { groups } from '../groups.ts'
import { addMembers } from './add-members.ts'
import { createGroup } from './create-group.ts'
import { editGroup } from './edit-group.ts'

/** Every page about groups, those at an address of their own before those of any name. */
export const groupPages: readonly Page[] = [
  groups,
  createGroup,
  manyGroups,
  group,
  groupPolicy,
  editGroup,
  addMembers,
  attachPage(aGroup),
  detachPage(aGroup),
]
