import type { Page } from '../../page.ts'
import { manyRoles } from '../bulk/many-roles.ts'
import { attachPage } from '../entity-forms/attach-page.ts'
import { boundaryPage } from '../entity-forms/boundary-page.ts'
import { detachPage } from '../entity-forms/detach-page.ts'
import { aRole } from '../entity-forms/subject.ts'
import { tagsPage } from '../entity-forms/tags-page.ts'
import { role } from '../role.ts'
import { roleEdit } from '../role-edit.ts'
import { rolePolicy } from '../role-policy.ts'
import { roles } from '../roles.ts'
import { createRole } from './create-role.ts'
import { createServiceRole } from './create-service-role.ts'
import { editTrust } from './edit-trust.ts'

/** Every page about roles, those at an address of their own before those of any name. */
export const rolePages: readonly Page[] = [
  roles,
  createRole,
  createServiceRole,
  manyRoles,
  role,
  roleEdit,
  rolePolicy,
  editTrust,
  attachPage(aRole),
  detachPage(aRole),
  boundaryPage(aRole),
  tagsPage(aRole),
]
