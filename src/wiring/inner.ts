import type { Fellows } from '../config/fellow-nodes.ts'
import type { Authorization } from './authorization.ts'
import type { Ground } from './ground.ts'
import type { JudgedPeople } from './judged-people.ts'
import type { People } from './people.ts'
import type { Issuers } from './sessions.ts'

/** The wings that calls and pages are built on. */
export interface Inner extends Issuers {
  readonly ground: Ground
  readonly people: People
  readonly judged: JudgedPeople
  readonly fellows: Fellows
  readonly authorization: Authorization
}
