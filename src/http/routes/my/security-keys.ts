import type { Router } from 'express'
import type { Problem } from '../../../../views/message.ts'
import { addKeyPage } from '../../../../views/my/security-keys.ts'
import { words } from '../../../../views/my/words.ts'
import { CallRefusal } from '../../../console/call.ts'
import { sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { overview } from './keys.ts'
import { asUser, done, frameOf, type MyPorts, type MyTurn, orRefused, problemOf } from './turn.ts'

const at = '/portal/security'

/** A security key of a user's own, or of the account's root. */
export function mySecurityKeyRoutes(router: Router, ports: MyPorts): void {
  router.get(
    `${at}/add-key`,
    asUser(ports, (turn) => show(turn)),
  )
  router.post(`${at}/add-key`, ports.protect, asUser(ports, addKey))
}

/** The browser asks the key by options of this moment: each refusal shows new ones. */
async function show(turn: MyTurn, problem?: Problem, status = 200): Promise<void> {
  await orRefused(
    turn,
    async () => {
      const { Options } = await turn.call('iam:BeginSecurityKeyRegistration', whose(turn))
      const page = { options: Options, name: nameOf(turn) }
      sendPage(turn.res, addKeyPage(frameOf(turn, problem), page), status)
    },
    overview(turn),
  )
}

async function addKey(turn: MyTurn): Promise<void> {
  const Response = field(turn.req.body, 'response') ?? ''
  const input = { ...whose(turn), SecurityKeyName: nameOf(turn), Response }
  try {
    await turn.call('iam:EnableSecurityKey', input)
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    return show(turn, problemOf(error), error.fault.status)
  }
  await done(turn, words.keyAdded, at)
}

/** A root is meant by no name at all. */
function whose({ session: { claims } }: MyTurn): { readonly UserName?: string } {
  return claims.user ? { UserName: claims.user.name } : {}
}

function nameOf({ req }: MyTurn): string {
  return (field(req.body, 'name') ?? '').trim().slice(0, 256)
}
