import type { Page } from '../page.ts'
import { audit } from './audit.ts'
import { event } from './event.ts'
import { sessionEnd } from './session-end.ts'
import { signInTree } from './sign-in-tree.ts'

/** The audit log, in the order of the navigation. */
export const auditPages: readonly Page[] = [audit, event, signInTree, sessionEnd]
