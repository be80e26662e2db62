import { homePage } from '../../../../views/my/home.ts'
import { words } from '../../../../views/my/words.ts'
import { CallRefusal } from '../../../console/call.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { enterConsole } from '../open-console.ts'
import { frameOf, type MyTurn } from './turn.ts'

const mostCharacters = 2048

/**
 * Takes a role as the user, by `AssumeRole`, and opens the console with it. The user stays signed
 * in beside it.
 */
export async function takeRole(turn: MyTurn): Promise<void> {
  const { ports, req, res, session } = turn
  const typed = (field(req.body, 'role') ?? '').trim().slice(0, mostCharacters)
  const origin = originOf(req, ports)
  try {
    const { Credentials } = await turn.call('sts:AssumeRole', {
      RoleArn: arnOf(turn, typed),
      RoleSessionName: sessionName(session.claims.name),
    })
    const opened = await ports.consoleFederation.open({
      sessionToken: Credentials?.SessionToken ?? '',
      path: '/console',
      origin,
    })
    await enterConsole(ports, req, res, opened)
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    const { fault, reference } = error
    const problem = { title: words.notTaken, next: fault.message, reference, fields: true }
    const roles = await ports.userSignIn.roles(session, origin)
    sendPage(res, homePage(frameOf(turn, problem), { roles, typed }), fault.status)
  }
}

/** A name, with its path if it has one, is of the user's own account. */
function arnOf({ session }: MyTurn, typed: string): string {
  const { partition, account } = session.claims
  return typed.startsWith('arn:') ? typed : `arn:${partition}:iam::${account}:role/${typed}`
}

/** STS takes two characters and more. */
function sessionName(userName: string): string {
  return userName.length > 1 ? userName : `${userName}-`
}
