import type { Page } from '../page.ts'
import { credentials } from './credentials.ts'
import { credentialsCreate } from './credentials-create.ts'
import { groupReview } from './group-review.ts'
import { lastAccessedPages } from './last-accessed.ts'
import { overview } from './overview.ts'

/** What the account's credentials are like, and what is used of what was given. */
export const reportPages: readonly Page[] = [
  overview,
  credentials,
  credentialsCreate,
  groupReview,
  ...lastAccessedPages,
]
