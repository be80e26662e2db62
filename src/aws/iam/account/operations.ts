import type { AnyOperation } from '../../operation.ts'
import { createAccountAlias } from './create-account-alias.ts'
import { deleteAccountAlias } from './delete-account-alias.ts'
import { getAccountSummary } from './get-account-summary.ts'
import { listAccountAliases } from './list-account-aliases.ts'

export const accountOperations: readonly AnyOperation[] = [createAccountAlias, deleteAccountAlias, getAccountSummary, listAccountAliases]
