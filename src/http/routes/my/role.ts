import { type HomePage, homePage } from '../../../../views/my/home.ts'
import { words } from '../../../../views/my/words.ts'
import { CallRefusal } from '../../../console/call.ts'
import { roleKey } from '../../../sign-in/role-memory.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { enterConsole } from '../open-console.ts'
import { frameOf, type MyTurn, memberOf } from './turn.ts'

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
    const { accessKeyId, account, role, expiresAt: until } = opened.claims
    const person = memberOf(session)
    const taken = { accessKeyId, kind: 'console', account, role: role?.name, until } as const
    await ports.ownSessions.note(person, taken, origin)
    await ports.portal.memories.used(person, arnOf(turn, typed))
    await enterConsole(ports, req, res, opened)
  } catch (error) {
    if (!(error instanceof CallRefusal) || error.fault.status >= 500) throw error
    const { fault, reference } = error
    const problem = { title: words.notTaken, next: fault.message, reference, fields: true }
    sendPage(
      res,
      homePage(frameOf(turn, problem), { ...(await ownRoles(turn)), typed }),
      fault.status,
    )
  }
}

/** Sets or takes away the star of a role that the user may take. */
export async function starRole(turn: MyTurn): Promise<void> {
  const { ports, req, res, session } = turn
  const [on, off] = [field(req.body, 'star'), field(req.body, 'unstar')]
  const { roles } = await ownRoles(turn)
  const role = roles.find(({ arn }) => arn === (on ?? off))
  if (role) await ports.portal.memories.star(memberOf(session), role.arn, on !== undefined)
  res.redirect(303, '/portal#roles')
}

/** The roles that the user may take: starred ones first, then those taken lately. */
export async function ownRoles({ ports, req, session }: MyTurn): Promise<Pick<HomePage, 'roles'>> {
  const roles = await ports.userSignIn.roles(session, originOf(req, ports))
  const { starred, recent } = await ports.portal.memories.of(memberOf(session))
  const stars = new Set(starred)
  const lately = recent.map(({ role }) => role)
  const rank = (key: string) => {
    if (stars.has(key)) return -1
    const at = lately.indexOf(key)
    return at < 0 ? lately.length : at
  }
  return {
    roles: roles
      .map((role) => ({ ...role, starred: stars.has(roleKey(role.arn)) }))
      .toSorted((one, other) => rank(roleKey(one.arn)) - rank(roleKey(other.arn))),
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
