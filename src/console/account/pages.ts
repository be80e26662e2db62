import type { Page } from '../page.ts'
import { alias, deleteAlias } from './alias.ts'
import { disableOutbound, enableOutbound } from './outbound-federation.ts'
import { deletePasswordPolicy, passwordPolicy } from './password-policy.ts'
import { account } from './settings.ts'
import { tokenVersion } from './token-version.ts'

/** Every page about the account as a whole. */
export const accountPages: readonly Page[] = [
  account,
  alias,
  deleteAlias,
  passwordPolicy,
  deletePasswordPolicy,
  tokenVersion,
  disableOutbound,
  enableOutbound,
]
