import type { Page } from '../page.ts'
import { inlineCreatePage, inlineDeletePage, inlineEditPage } from './inline.ts'
import { inlineHolders } from './inline-operations.ts'
import { policyCreate } from './policy-create.ts'
import { policyEdit } from './policy-edit.ts'
import {
  policyVersion,
  policyVersionCompare,
  policyVersionDefault,
  policyVersionDelete,
} from './policy-version.ts'

/** The pages that write policies, and those of versions. */
export const policyPages: readonly Page[] = [
  ...inlineHolders.flatMap((of) => [
    inlineCreatePage(of),
    inlineEditPage(of),
    inlineDeletePage(of),
  ]),
  policyCreate,
  policyVersion,
  policyVersionCompare,
  policyVersionDefault,
  policyEdit,
  policyVersionDelete,
]
