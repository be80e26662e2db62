import type { Page } from '../page.ts'
import { personEnd } from './person-end.ts'
import { session } from './session.ts'
import { sessionEnd } from './session-end.ts'
import { sessions } from './sessions.ts'

/** Who is signed in, in the order of the navigation. */
export const sessionPages: readonly Page[] = [sessions, session, sessionEnd, personEnd]
