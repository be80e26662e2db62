import type { Page } from '../../page.ts'
import { manyUsers } from '../bulk/many-users.ts'
import { serviceCredentialPages } from '../credentials/service-credentials.ts'
import { signingCertificatePages } from '../credentials/signing-certificates.ts'
import { sshKeyPages } from '../credentials/ssh-keys.ts'
import { userCredentials } from '../credentials/user-credentials.ts'
import { attachPage } from '../entity-forms/attach-page.ts'
import { boundaryPage } from '../entity-forms/boundary-page.ts'
import { detachPage } from '../entity-forms/detach-page.ts'
import { aUser } from '../entity-forms/subject.ts'
import { tagsPage } from '../entity-forms/tags-page.ts'
import { user } from '../user.ts'
import { userGroupRemove } from '../user-group-remove.ts'
import { userPolicy } from '../user-policy.ts'
import { users } from '../users.ts'
import { addToGroups } from './add-to-groups.ts'
import { createUser } from './create-user.ts'
import { editUser } from './edit-user.ts'
import { activateKey, createKey, deactivateKey, deleteKey } from './keys.ts'
import { deletePassword, setPassword } from './password.ts'

/** Every page about users, those at an address of their own before those of any name. */
export const userPages: readonly Page[] = [
  users,
  createUser,
  manyUsers,
  user,
  userPolicy,
  editUser,
  addToGroups,
  userGroupRemove,
  attachPage(aUser),
  detachPage(aUser),
  boundaryPage(aUser),
  tagsPage(aUser),
  createKey,
  activateKey,
  deactivateKey,
  deleteKey,
  setPassword,
  deletePassword,
  userCredentials,
  ...sshKeyPages,
  ...signingCertificatePages,
  ...serviceCredentialPages,
]
