import type { Request, Router } from 'express'
import { type AccessPage, accessPage } from '../../../../views/my/access.ts'
import type { MyFrame } from '../../../../views/my/frame.ts'
import { words } from '../../../../views/my/words.ts'
import { ownerOfConnector } from '../../../audit/index/terms.ts'
import type { EndAsked, SessionOwner } from '../../../sign-in/own-sessions.ts'
import { identityChain } from '../../../sign-in/sign-in-event.ts'
import { signInId } from '../../../sign-in/touches.ts'
import { originOf, sendPage } from '../../app-ports.ts'
import { field } from '../../fields.ts'
import { rolesOrSignIn } from '../show-portal.ts'
import { asPerson, orTold, type PersonTurn, personFrame } from './person.ts'
import { ownRoles } from './role.ts'
import { asUser, done, frameOf, type MyPorts, type MyTurn, memberOf } from './turn.ts'

const at = '/portal/access'

/** `/portal/access`, for everybody who is signed in: what lives of them, each with an end. */
export function accessRoutes(router: Router, ports: MyPorts): void {
  const { protect } = ports
  router.get(at, asPerson(ports, showToPerson), asUser(ports, showToUser))
  router.post(`${at}/end`, protect, asPerson(ports, endOfPerson), asUser(ports, endOfUser))
}

async function showToPerson(turn: PersonTurn): Promise<void> {
  const { ports, req, res, identity } = turn
  const found = await rolesOrSignIn(ports, req, res, identity)
  if (!found) return
  const shown: Shown = {
    roles: found.choices.map(({ roleName: name, account, accountName = account }) => ({
      name,
      account: accountName,
    })),
    here: [signInId(identity), await consoleOf(ports, req)],
    keys: (await ports.ownKeys.of(identity)).keys.map(({ name }) => name),
  }
  sendPage(res, accessPage(personFrame(turn), await pageOf(ports, ownerOfPerson(turn), shown)))
}

async function showToUser(turn: MyTurn): Promise<void> {
  const { ports, req, res, session } = turn
  const { claims, accountName = claims.account } = session
  const { roles } = await ownRoles(turn)
  const shown: Shown = {
    roles: roles.map(({ name }) => ({ name, account: accountName })),
    here: [session.marker, await consoleOf(ports, req)],
  }
  const frame: MyFrame = frameOf(turn)
  sendPage(res, accessPage(frame, await pageOf(ports, ownerOfUser(turn), shown)))
}

type Shown = Pick<AccessPage, 'roles' | 'here' | 'keys'>

async function pageOf(ports: MyPorts, owner: SessionOwner, shown: Shown): Promise<AccessPage> {
  const [sessions, signIns] = await Promise.all([
    ports.ownSessions.of(owner),
    ports.portal.signIns.of(owner.person),
  ])
  return { ...shown, sessions, signIns }
}

/** The session of the console that is open in this browser. */
async function consoleOf(
  { consoleFederation }: MyPorts,
  { session: { console } }: Request,
): Promise<string | undefined> {
  const state = await consoleFederation.current(console)
  return state.state === 'open' ? state.marker : undefined
}

/** A person's sign-ins are the connector's, their consoles those of the accounts that it serves. */
function ownerOfPerson({ ports, identity }: PersonTurn): SessionOwner {
  const { connector: id, subject, username } = identity
  const accounts = ports.signIn.connectors().find((one) => one.id === id)?.accounts ?? []
  return {
    person: identity,
    name: username,
    owners: [ownerOfConnector(id), ...accounts],
    isOwn: ({ whose }) =>
      whose !== undefined &&
      'subject' in whose &&
      whose.connector === id &&
      whose.subject === subject,
  }
}

/** By the name of the user, or by the ARN of the root, who has no name of their own. */
function ownerOfUser({ session }: MyTurn): SessionOwner {
  const { claims, arn } = session
  const { account, name, user } = claims
  return {
    person: memberOf(session),
    name,
    owners: [account],
    isOwn: ({ whose, console }) =>
      user
        ? whose !== undefined && 'userName' in whose && whose.userName === user.name
        : whose === undefined && console?.arn === arn,
  }
}

async function endOfPerson(turn: PersonTurn): Promise<void> {
  const { identity } = turn
  await end(turn, ownerOfPerson(turn), { chain: identityChain(identity), identity })
}

async function endOfUser(turn: MyTurn): Promise<void> {
  await end(turn, ownerOfUser(turn), { chain: {}, claims: turn.session.claims })
}

/** One that is gone meanwhile has ended: the page shows what is left. */
async function end(
  turn: Pick<MyTurn, 'ports' | 'req' | 'res'>,
  owner: SessionOwner,
  by: EndAsked['by'],
): Promise<void> {
  const { ports, req, res } = turn
  const id = (field(req.body, 'id') ?? '').slice(0, 128)
  await orTold(
    async () => {
      await ports.ownSessions.end({ owner, id, by }, originOf(req, ports))
      await done(turn, words.ended, at)
    },
    async () => res.redirect(303, at),
  )
}
